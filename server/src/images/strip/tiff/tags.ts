/** TIFF tags whose values are read: positions, sizes and metadata (TIFF 6.0; its supplements; EXIF 2.32). */
export const TAG = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  stripOffsets: 273,
  samples: 277,
  stripBytes: 279,
  artist: 315,
  tileOffsets: 324,
  tileBytes: 325,
  subDirectories: 330,
  jpegOffset: 513,
  jpegBytes: 514,
  jpegQuantization: 519,
  jpegDc: 520,
  jpegAc: 521,
  xmp: 700,
  copyright: 33432,
  iptc: 33723,
  photoshop: 34377,
} as const;

/** Tags of directories written by cameras: EXIF, GPS, Interoperability. */
export const CAMERA_DIRECTORIES: ReadonlySet<number> = new Set([34665, 34853, 40965]);

/**
 * Tags that stay: those that decoders need to show the pixels correctly, and the geographic position of a map's pixels
 * (GeoTIFF). Tags of rights are decided separately.
 */
export const STAY: ReadonlySet<number> = new Set([
  // Tags for the kind of page, size, bits, compression, colours, position of strips and tiles, resolution.
  ...[254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281],
  ...[282, 283, 284, 286, 287, 290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322],
  ...[323, 324, 325, 326, 327, 328, 330, 332, 334, 336, 338, 339, 340, 341, 342, 343, 344, 345],
  // Tags for indexed colours, JPEG tables (also of the old kind), YCbCr.
  ...[346, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 559],
  // Tags for alpha, kind and depth of samples, sizes of the image before cropping, LogLuv, profile, LERC.
  ...[32995, 32996, 32997, 32998, 33300, 33301, 37439, 34675, 50674],
  // Tags of GeoTIFF.
  ...[33550, 33922, 34264, 34735, 34736, 34737],
]);
