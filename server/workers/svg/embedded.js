'use strict';

const { bytesOf, dataUrl, readDataUrl, retyped } = require('./data-url');

/** First bytes of image types that browsers draw and that contain no code; `.` is any byte. */
const PICTURES = [
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
  ['image/avif', /^\0\0[^]{2}ftyp(?:avif|avis|mif1|msf1)/],
  ['image/heic', /^\0\0[^]{2}ftyp(?:heic|heix|hevc)/],
  ['image/bmp', /^BM[^]{4}\0\0\0\0/],
  ['image/x-icon', /^\0\0\x01\0/],
  ['image/tiff', /^(?:II\*\0|MM\0\*)/],
  ['image/jxl', /^(?:\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n)/],
];

/**
 * First bytes of WOFF 1 and 2, and of OpenType with both kinds of outlines (OpenType 1.9, section "Table Directory").
 */
const FONTS = [
  ['font/woff2', /^wOF2/],
  ['font/woff', /^wOFF/],
  ['font/otf', /^OTTO/],
  ['font/ttf', /^(?:\0\x01\0\0|true)/],
];

const SVG = 'image/svg+xml';

const typeIn = (kinds) => (bytes) => {
  const start = bytes.toString('latin1', 0, 32);
  return kinds.find(([, begins]) => begins.test(start))?.[0];
};
const pictureType = typeIn(PICTURES);
const fontType = typeIn(FONTS);

/**
 * Whether an address points into the document itself. Other blanks than these are part of an address (WHATWG URL,
 * section 4.4).
 */
const isLocal = (address) => /^[ \t\n\f\r]*#/.test(address);

/** Returns the safe form of addresses in one SVG. */
class Addresses {
  /**
   * @param {(bytes: Buffer) => string|null} inner sanitizes an embedded SVG; returns null if the SVG must be removed
   */
  constructor(inner) {
    this.inner = inner;
  }

  /**
   * Returns the safe form of the address of a picture, or of something in the document. Allows a fragment, or a picture
   * as `data:`.
   */
  picture(address) {
    if (isLocal(address)) {
      return address;
    }
    const data = readDataUrl(address);
    return data && (data.type === SVG ? this.drawing(data) : retyped(data, pictureType));
  }

  /** Returns the safe form of the address of a font. Allows a font as `data:`. */
  font(address) {
    const data = readDataUrl(address);
    return data && retyped(data, fontType);
  }

  drawing(data) {
    const safe = this.inner(bytesOf(data));
    return safe === null ? null : dataUrl(SVG, Buffer.from(safe)) + fragmentOf(data);
  }
}

/** Returns the fragment that selects a view or a layer of an SVG; empty if the fragment is not a plain one. */
const fragmentOf = ({ fragment }) => (/^#[\w.(),:-]*$/.test(fragment) ? fragment : '');

module.exports = { Addresses, isLocal };
