import { open } from 'node:fs/promises';
import { endOfProlog, xmlEncoding } from '../../types/svg-document';

/** Number of bytes that are searched for the root element, which comes early in a file. */
const HEAD_BYTES = 64 * 1024;

/** Width and height in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** Default size of a replaced element in browsers (CSS 2.1, section 10.3.2). */
const DEFAULT: Size = { width: 300, height: 150 };

/** A number of pixels that is larger than the side of any real image. */
const MOST_PIXELS = 1e9;

/**
 * The size at which a browser shows an SVG file in an `<img>` without a size. It is read from the root element without
 * rendering (CSS 2.1, sections 10.3.2 and 10.6.2). The size comes from the lengths `width` and `height`. If one is
 * missing, the view box determines it; without a view box, it is that of 300 × 150. A view box without any length gives
 * its own size, although browsers would fill the available space.
 *
 * @returns null if the file is no SVG, or has no visible area
 */
export async function svgSize(path: string): Promise<Size | null> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    return sizeOfRoot(new TextDecoder(xmlEncoding(head)).decode(head));
  } finally {
    await file.close();
  }
}

function sizeOfRoot(text: string): Size | null {
  const attributes = attributesOfRoot(text);
  if (!attributes) {
    return null;
  }
  const width = pixels(attributes.get('width'));
  const height = pixels(attributes.get('height'));
  const box = viewBox(attributes.get('viewBox'));
  const size = completed(width, height, box);
  return visible({ width: Math.round(size.width), height: Math.round(size.height) });
}

/** Completes two lengths with the view box, if there is one. Either of the lengths may be missing. */
function completed(width: number | null, height: number | null, box: Size | null): Size {
  if (width !== null) {
    return { width, height: height ?? (box ? (width * box.height) / box.width : DEFAULT.height) };
  }
  if (height !== null) {
    return { width: box ? (height * box.width) / box.height : DEFAULT.width, height };
  }
  return box ?? DEFAULT;
}

const visible = (size: Size): Size | null =>
  [size.width, size.height].every((length) => length >= 1 && length < MOST_PIXELS) ? size : null;

/** Matches one attribute. The match is sticky, because a quoted value may contain `>`. */
const ATTRIBUTE = /\s+([^\s=>"'/]{1,100})\s{0,100}=\s{0,100}(?:"([^"]*)"|'([^']*)')/y;

/** Maximum number of attributes that are read. */
const MOST_ATTRIBUTES = 1000;

function attributesOfRoot(text: string): Map<string, string> | null {
  const start = endOfProlog(text);
  const [tag] = /^<(?:[\w.-]{1,100}:)?svg(?=[\s>/])/i.exec(text.slice(start, start + 200)) ?? [];
  if (start === -1 || !tag) {
    return null;
  }
  const found = new Map<string, string>();
  ATTRIBUTE.lastIndex = start + tag.length;
  for (let count = 0; count < MOST_ATTRIBUTES; count += 1) {
    const match = ATTRIBUTE.exec(text);
    if (!match) {
      break;
    }
    const [, name = '', inDoubleQuotes, inSingleQuotes = ''] = match;
    found.set(name, (inDoubleQuotes ?? inSingleQuotes).trim());
  }
  return found;
}

/**
 * Number of pixels of each unit (CSS Values 4, section 6). A font is 16 pixels high, the default of browsers. The
 * height of its `x` and the width of its `0` count as half of that, since their real sizes are unknown.
 */
const UNITS: Record<string, number> = {
  '': 1,
  px: 1,
  pt: 96 / 72,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  q: 96 / 101.6,
  em: 16,
  rem: 16,
  ex: 8,
  ch: 8,
};

/**
 * Converts a length into pixels. Returns null for anything but an absolute length: a percentage, `auto`, or unreadable
 * text.
 */
function pixels(text: string = ''): number | null {
  const [, number, unit = ''] = LENGTH.exec(text) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  return number === undefined || factor === undefined ? null : Number(number) * factor;
}

/** Matches a CSS number and its unit. `e` is an exponent only if digits follow. */
const LENGTH = /^\+?((?:\d{1,12}(?:\.\d{1,12})?|\.\d{1,12})(?:e[+-]?\d{1,3})?)([a-z]{0,3})$/i;

/** Width and height of a view box; null if its area is not positive. */
function viewBox(text: string = ''): Size | null {
  const [, , width = NaN, height = NaN, ...others] = text.split(/[\s,]+/).map(Number);
  return width > 0 && height > 0 && others.length === 0 ? { width, height } : null;
}
