/** What an image file says of itself, read without a decoder. */
export interface Header {
  /** Pixels as stored, of the first frame or page. */
  width: number;
  height: number;
  /** Whether the file goes on behind its header: some viewer may show at least a part of it. */
  hasPixels: boolean;
  /** False where its pixels are packed in a way that few decoders know. */
  isUsual?: boolean;
}
