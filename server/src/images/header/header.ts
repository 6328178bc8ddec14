/** Facts from the header of an image file, read without a decoder. */
export interface Header {
  /** Width and height in pixels, as stored, of the first frame or page. */
  width: number;
  height: number;
  /** Whether the file has data after its header: if so, some viewers may show at least a part of the image. */
  hasPixels: boolean;
  /** Whether the pixels are packed in a usual way; false if few decoders support the way. */
  isUsual?: boolean;
}
