/** Image types whose files hold nothing but pixels. */
const BARE = new Set(['image/bmp', 'image/qoi', 'image/vnd.wap.wbmp']);

/** Raw files of cameras. They are stored unchanged. */
const RAW =
  /^image\/(?:x-(?:adobe-dng|canon-cr[23w]|nikon-n[er]f|sony-(?:arw|sr2|srf)|olympus-orf|panasonic-r(?:w2|aw)|fuji(?:film)?-raf|pentax-pef|samsung-srw|kodak-(?:dcr|kdc|k25)|minolta-mrw|sigma-x3f|hasselblad-(?:3fr|fff)|epson-erf|phaseone-iiq|leica-rwl|dcraw))$/;

/** MIME type of SVG. An SVG is sanitized, so its metadata are not removed here. */
const SVG = 'image/svg+xml';

/**
 * Whether a file of a type that cannot be split here may hold private metadata. False for raw photos, sound, video and
 * documents, which are stored unchanged.
 */
export const mayHoldMetadata = (mime: string): boolean =>
  mime.startsWith('image/') && mime !== SVG && !BARE.has(mime) && !RAW.test(mime);
