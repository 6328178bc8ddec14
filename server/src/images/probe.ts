import sharp, { type Metadata } from 'sharp';
import { readExif, type Exif } from './exif';
import { iptcRights, xmpRights } from './rights';
import { machineFault } from './machine-fault';
import { svgSize } from './svg-size';
import { isLosslessWebp } from './webp-kind';

/** What the header of a picture tells. */
export interface Picture {
  /** `jpeg`, `png`, `webp`, `gif`, `tiff`, `avif`, `svg`, or another name of libvips. */
  format: string;
  /** Pixels as stored, of one frame. */
  width: number;
  height: number;
  /** EXIF orientation, 1 to 8; from 5 on width and height change places when it is shown. */
  orientation: number;
  /** Frames of a moving picture, pages of a document; else 1. */
  frames: number;
  /** Whether the frames are to be shown one after the other. */
  isAnimated: boolean;
  channels: number;
  /** Bytes of one channel of one pixel. */
  depth: number;
  /** libvips' name of the colour space: `srgb`, `rgb16`, `cmyk`, `b-w`, `grey16`. */
  space: string;
  hasAlpha: boolean;
  hasProfile: boolean;
  hasPalette: boolean;
  isLossless: boolean;
  /** Artist and copyright, and whether the metadata tell places or persons. */
  said: Exif;
}

/** Types that sharp decodes and encodes: pictures that get formats. */
export const PROCESSED: readonly string[] = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/tiff',
  'image/avif',
];

/** True for a type whose files must be readable pictures. */
export const isProcessed = (mime: string): boolean => PROCESSED.includes(mime);

/** Bytes per channel of libvips' band formats. */
const DEPTH: Record<string, number> = { uchar: 1, char: 1, ushort: 2, short: 2, double: 8 };

/**
 * Reads a picture's header; decodes nothing.
 *
 * @returns null for what is no picture, or none that can be read here
 * @throws MachineFault
 */
export async function probe(path: string, mime: string): Promise<Picture | null> {
  if (mime === 'image/svg+xml') {
    const size = await svgSize(path);
    return size && { ...FLAT, format: 'svg', ...size };
  }
  if (!mime.startsWith('image/')) {
    return null;
  }
  try {
    return await describe(await sharp(path, { limitInputPixels: false }).metadata(), path, mime);
  } catch (error) {
    const fault = await machineFault(path, error instanceof Error ? error.message : String(error));
    if (fault) {
      throw fault;
    }
    return null;
  }
}

/** What is so unless a header tells otherwise. */
const FLAT = {
  orientation: 1,
  frames: 1,
  isAnimated: false,
  channels: 4,
  depth: 1,
  space: 'srgb',
  hasAlpha: true,
  hasProfile: false,
  hasPalette: false,
  isLossless: false,
  said: { isPrivate: false },
};

async function describe(found: Metadata, path: string, mime: string): Promise<Picture> {
  const format = mime === 'image/avif' ? 'avif' : found.format;
  const frames = found.pages ?? 1;
  const isAnimated = frames > 1 && (format === 'gif' || format === 'webp');
  return {
    format,
    width: found.width,
    height: found.pageHeight ?? found.height,
    // Moving pictures are not turned: browsers do not do it either.
    orientation: isAnimated ? 1 : (found.orientation ?? 1),
    frames,
    isAnimated,
    channels: found.channels,
    depth: DEPTH[found.depth] ?? 4,
    space: found.space,
    hasAlpha: found.hasAlpha,
    hasProfile: found.icc !== undefined,
    hasPalette: found.isPalette ?? false,
    isLossless: format === 'png' || (format === 'webp' && (await isLosslessWebp(path))),
    said: whatIsSaid(found),
  };
}

/** Where the blocks differ, EXIF counts before IPTC, and that before XMP. */
function whatIsSaid({ exif, iptc, xmp }: Metadata): Exif {
  const said = exif ? readExif(exif) : { isPrivate: false };
  return {
    ...(xmp ? xmpRights(xmp) : {}),
    ...(iptc ? iptcRights(iptc) : {}),
    ...said,
    isPrivate: said.isPrivate || Boolean(xmp ?? iptc),
  };
}

/** Width and height as the picture is seen, its orientation applied. */
export function uprightSize({
  width,
  height,
  orientation,
}: Pick<Picture, 'width' | 'height' | 'orientation'>) {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}
