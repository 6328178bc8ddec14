import { open } from 'node:fs/promises';

/** The root element comes early; what is not found in this many bytes is not looked for further. */
const HEAD_BYTES = 64 * 1024;

/** Width and height in pixels. */
export interface Size {
  width: number;
  height: number;
}

/**
 * The size that an SVG file asks for, read from its root element without rendering anything:
 * `width` and `height` in pixels, else the view box. Null where it names none.
 */
export async function svgSize(path: string): Promise<Size | null> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return sizeOfRoot(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}

function sizeOfRoot(text: string): Size | null {
  const start = text.search(/<(?:\w{1,40}:)?svg[\s>/]/i);
  const end = start === -1 ? -1 : text.indexOf('>', start);
  if (end === -1) {
    return null;
  }
  const root = text.slice(start, end);
  const attribute = (name: string) => {
    const [, double, single] =
      new RegExp(`\\s${name}\\s?=\\s?(?:"([^"]*)"|'([^']*)')`).exec(root) ?? [];
    return (double ?? single ?? '').trim();
  };

  const [, , boxWidth = NaN, boxHeight = NaN] = attribute('viewBox')
    .split(/[\s,]+/)
    .map(Number);
  const width = pixels(attribute('width')) ?? boxWidth;
  const height = pixels(attribute('height')) ?? boxHeight;
  return width >= 1 && height >= 1 && width < 1e9 && height < 1e9
    ? { width: Math.round(width), height: Math.round(height) }
    : null;
}

function pixels(length: string): number | undefined {
  const value = /^(\d{1,12}(?:\.\d{1,12})?|\.\d{1,12})(?:px)?$/.exec(length)?.[1];
  return value === undefined ? undefined : Number(value);
}
