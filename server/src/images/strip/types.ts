/** Images of kinds that have no place for anything but pixels. */
const BARE = new Set(['image/bmp', 'image/qoi', 'image/vnd.wap.wbmp']);

/** What cameras write before it was developed; it is stored as it came. */
const RAW =
  /^image\/(?:x-(?:adobe-dng|canon-cr[23w]|nikon-n[er]f|sony-(?:arw|sr2|srf)|olympus-orf|panasonic-r(?:w2|aw)|fuji(?:film)?-raf|pentax-pef|samsung-srw|kodak-(?:dcr|kdc|k25)|minolta-mrw|sigma-x3f|hasselblad-(?:3fr|fff)|epson-erf|phaseone-iiq|leica-rwl|dcraw))$/;

/** Is made safe, not stripped. */
const SVG = 'image/svg+xml';

/**
 * Whether a file of a type that nobody takes apart here may hold what is private. Raw photos, sound, video and documents
 * are not asked about: they are stored as they came.
 */
export const mayHoldMetadata = (mime: string): boolean =>
  mime.startsWith('image/') && mime !== SVG && !BARE.has(mime) && !RAW.test(mime);
