/** Tags in which exiftool describes the file itself and the coding of its pixels. */
const FILE = [
  'ExifTool:ExifToolVersion',
  /^File:(?:FileType|FileTypeExtension|MIMEType|ExifByteOrder|ImageWidth|ImageHeight)$/,
  /^File:(?:EncodingProcess|BitsPerSample|ColorComponents|YCbCrSubSampling)$/,
];

/** Tags with the rights and the orientation of the image. */
const OWN = ['IFD0:Artist', 'IFD0:Copyright', 'IFD0:Orientation'];

const PROFILE = [/^ICC/];

/** All tags that a stored image may contain, by extension. */
export const MAY_STAY: Record<string, ReadonlyArray<string | RegExp>> = {
  jpg: [
    ...FILE,
    ...OWN,
    ...PROFILE,
    /^JFIF:(?:JFIFVersion|ResolutionUnit|XResolution|YResolution)$/,
    /^Adobe:(?:DCTEncodeVersion|APP14Flags0|APP14Flags1|ColorTransform)$/,
  ],
  png: [
    ...FILE,
    ...OWN,
    ...PROFILE,
    /^PNG:(?:ImageWidth|ImageHeight|BitDepth|ColorType|Compression|Filter|Interlace|Gamma|ProfileName|SRGBRendering)$/,
    /^PNG-pHYs:(?:PixelsPerUnitX|PixelsPerUnitY|PixelUnits)$/,
  ],
  webp: [
    ...FILE,
    ...OWN,
    ...PROFILE,
    /^RIFF:(?:WebP_Flags|ImageWidth|ImageHeight|VP8Version|HorizontalScale|VerticalScale|AlphaIsUsed)$/,
  ],
  gif: [
    ...FILE,
    /^GIF:(?:GIFVersion|ImageWidth|ImageHeight|HasColorMap|ColorResolutionDepth|BitsPerPixel|BackgroundColor)$/,
    /^GIF:(?:AnimationIterations|FrameCount|Duration|TransparentColor)$/,
  ],
  tif: [
    ...FILE,
    ...OWN,
    ...PROFILE,
    /^(?:IFD\d|SubIFD\d*):(?:SubfileType|ImageWidth|ImageHeight|BitsPerSample|Compression|PhotometricInterpretation)$/,
    /^(?:IFD\d|SubIFD\d*):Tile(?:Width|Length|Offsets|ByteCounts)$/,
    /^(?:IFD\d|SubIFD\d*):(?:StripOffsets|StripByteCounts|RowsPerStrip|SamplesPerPixel|PlanarConfiguration|Predictor)$/,
    /^(?:IFD\d|SubIFD\d*):(?:PreviewImage|PreviewImageStart|PreviewImageLength|JPEGTables|ReferenceBlackWhite|FillOrder)$/,
    /^(?:IFD\d|SubIFD\d*):(?:XResolution|YResolution|ResolutionUnit|SampleFormat|PageNumber|Orientation|InkSet)$/,
    /^(?:IFD\d|SubIFD\d*):(?:MinSampleValue|MaxSampleValue|XPosition|YPosition|GrayResponseUnit|YCbCrPositioning)$/,
    /^(?:IFD\d|SubIFD\d*):(?:WhitePoint|PrimaryChromaticities|YCbCrSubSampling|YCbCrCoefficients|TransferFunction)$/,
    // Tags with the geographic position of a map (GeoTIFF).
    /^(?:IFD\d|SubIFD\d*):(?:PixelScale|ModelTiePoint|ModelTransform|IntergraphMatrix)$/,
    'ExifTool:Warning',
    /^GeoTiff:/,
  ],
  heic: [
    ...FILE,
    ...OWN,
    ...PROFILE,
    /^QuickTime:(?:MajorBrand|MinorVersion|CompatibleBrands|HandlerType|MediaDataSize|MediaDataOffset)$/,
    /^QuickTime:(?:HEVCConfigurationVersion|General\w+|GenProfileCompatibilityFlags|ConstraintIndicatorFlags)$/,
    /^QuickTime:(?:MinSpatialSegmentationIDC|ParallelismType|ChromaFormat|BitDepth\w+|AverageFrameRate)$/,
    /^QuickTime:(?:ConstantFrameRate|NumTemporalLayers|TemporalIDNested|ImageSpatialExtent|ImagePixelDepth)$/,
    /^QuickTime:(?:AV1ConfigurationVersion|ChromaSamplePosition|ColorProfiles|ColorPrimaries|\w+Coefficients)$/,
    /^QuickTime:(?:TransferCharacteristics|VideoFullRangeFlag|Rotation)$/,
    /^Meta:(?:PrimaryItemReference|MetaImageSize)$/,
  ],
};
