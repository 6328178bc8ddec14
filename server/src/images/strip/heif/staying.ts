/** Types of boxes that stay, by the box around them (ISO/IEC 14496-12; ISO/IEC 23008-12). `free` boxes are emptied. */
export const STAY = {
  file: words('ftyp styp meta moov mdat moof sidx mfra pdin'),
  meta: words('hdlr pitm iinf iloc iprp iref idat grpl dinf ipro'),
  iprp: words('ipco ipma'),
  ipco: words(
    'ispe pixi colr hvcC av1C avcC vvcC evcC lhvC irot imir clap pasp auxC rloc lsel oinf tols a1op a1lx ' +
      'clli mdcv cclv amve reve ndwt rref jpgC j2kH uncC cmpd subs iscl fpac cpat disp'
  ),
  moov: words('mvhd trak mvex meta'),
  trak: words('tkhd mdia edts tref trgr meta'),
  mdia: words('mdhd hdlr minf elng'),
  minf: words('vmhd smhd nmhd sthd hdlr dinf stbl'),
};

/** Type of a box whose content is searched, or the file itself. */
export type BoxWithBoxes = keyof typeof STAY;

/** Whether the content of boxes of this type is searched. */
export const hasBoxes = (type: string): type is BoxWithBoxes => type in STAY;

/** Types of items that are images, or composed of images. */
export const IMAGES = words(
  'hvc1 lhv1 av01 avc1 vvc1 evc1 jpeg j2k1 unci mski grid iovl iden tmap hvt1'
);

/** Usual names that encoders give to items. */
export const PLAIN_NAMES = words('Color Alpha Depth GMap Image Exif XMP');

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}
