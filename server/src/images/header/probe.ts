import sharp, { type Metadata } from 'sharp';
import { readExif } from './exif';
import { readHeader, readHeifHeader } from '.';
import type { Header } from './header';
import { pngColour } from './png-colour';
import { iptcRights, pngTextRights, xmpRights, type Rights } from '../metadata/rights';
import { isSrgbProfile } from '../render/srgb-profile';
import { machineFault } from '../render/machine-fault';
import { svgSize } from './svg-size';
import { isLosslessWebp } from './webp-kind';

/** Facts from an image's header. */
export interface Image {
  /** `jpeg`, `png`, `webp`, `gif`, `tiff`, `avif`, `svg`, or another format name of libvips. */
  format: string;
  /** Width and height in pixels, as stored, of one frame. */
  width: number;
  height: number;
  /** EXIF orientation, 1 to 8. With 5 to 8, width and height are swapped when the image is shown. */
  orientation: number;
  /** Number of frames of an animation or of pages of a document; otherwise 1. */
  frames: number;
  /** Whether the frames are an animation, so that viewers show them one after the other. */
  isAnimated: boolean;
  /** Number of images that this image is composed of; usually 1. */
  tiles: number;
  channels: number;
  /** Number of bytes of one channel of one pixel. */
  depth: number;
  /** libvips' name of the colour space: `srgb`, `rgb16`, `cmyk`, `b-w`, `grey16`. */
  space: string;
  hasAlpha: boolean;
  /** Whether the image has a colour profile other than sRGB. */
  hasProfile: boolean;
  /** Whether the image has a colour profile that describes only sRGB. */
  hasSrgbProfile: boolean;
  hasPalette: boolean;
  isLossless: boolean;
  /** Gamma with which the values were stored, if it is not that of sRGB. */
  gamma?: number;
  /** Whether this plugin decodes the image as browsers show it. Other images get no sizes. */
  isShownHere: boolean;
  /** Whether to decode the image although something in it is wrong. */
  isDamaged: boolean;
  /** Artist and copyright according to the metadata. */
  said: Rights;
}

/** Types that sharp decodes and encodes. Their images get formats. */
export const PROCESSED: readonly string[] = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/tiff',
  'image/avif',
];

/** Whether files of this type must be readable images. */
export const isProcessed = (mime: string): boolean => PROCESSED.includes(mime);

/**
 * Types of {@link isProcessed}, and others whose files must have the header of an image: the right name and signature
 * alone are not enough.
 */
export const mustBeImage = (mime: string): boolean =>
  isProcessed(mime) || HEIF.test(mime) || mime === 'image/apng';

/** Whether libheif needs the option `unlimited`, because the image has more tiles than it decodes by default. */
export const needsNoLimit = (tiles: number): boolean => tiles > 16;

/** Number of bytes per channel for each of libvips' band formats. */
const DEPTH: Record<string, number> = { uchar: 1, char: 1, ushort: 2, short: 2, double: 8 };

/**
 * Reads an image's header without decoding any pixels.
 *
 * @returns null if the file is no image, or an image that cannot be read here
 * @throws MachineFault
 */
export async function probe(path: string, mime: string): Promise<Image | null> {
  if (mime === 'image/svg+xml') {
    const size = await svgSize(path);
    return size && { ...FLAT, format: 'svg', ...size };
  }
  if (!mime.startsWith('image/')) {
    return null;
  }
  try {
    if (HEIF.test(mime)) {
      return await probeHeif(path, mime);
    }
    if (mime === 'image/apng' && !(await readHeader(path, mime))?.hasPixels) {
      return null;
    }
    return await describe(await metadataOf(path), path, mime);
  } catch (error) {
    const fault = await machineFault(path, error instanceof Error ? error.message : String(error));
    if (fault) {
      throw fault;
    }
    return notShown(await readHeader(path, mime), mime);
  }
}

const HEIF = /^image\/(avif|hei[cf])\b/;

/** Maximum number of images that one image may be composed of. Phones write 48 of 512 × 512, cameras about 200. */
const MOST_TILES = 1024;

async function probeHeif(path: string, mime: string): Promise<Image | null> {
  const header = await readHeifHeader(path);
  // An image that our own check rejects must not reach libheif, which has no limits once `unlimited` is set.
  if (!header?.hasPixels || header.tiles > MOST_TILES || !header.isBalanced) {
    return notShown(header, mime);
  }
  // libheif refuses more than 16 tiles unless `unlimited` is set. The check above has limited the number of tiles.
  const unlimited = needsNoLimit(header.tiles);
  const found = await sharp(path, { limitInputPixels: false, unlimited }).metadata();
  const image = await describe(found, path, mime);
  const isShownHere = header.isPlainColour && !header.isSequence;
  return image && { ...image, tiles: header.tiles, isShownHere };
}

/** Reads a header. If that fails, reads it once more and ignores errors, as viewers do. */
async function metadataOf(path: string): Promise<Metadata> {
  const options = { limitInputPixels: false };
  return sharp(path, options)
    .metadata()
    .catch(() => sharp(path, { ...options, failOn: 'none' }).metadata());
}

/** Defaults for facts that the header does not give. */
const FLAT = {
  tiles: 1,
  orientation: 1,
  frames: 1,
  isAnimated: false,
  channels: 4,
  depth: 1,
  space: 'srgb',
  hasAlpha: true,
  hasProfile: false,
  hasSrgbProfile: false,
  hasPalette: false,
  isLossless: false,
  isShownHere: true,
  isDamaged: false,
  said: {},
};

async function describe(found: Metadata, path: string, mime: string): Promise<Image | null> {
  if (found.format === 'tiff' && mime !== 'image/tiff') {
    // This is a camera's raw file. libvips reads it as a TIFF, but sees only its preview.
    return null;
  }
  const format = mime === 'image/avif' ? 'avif' : found.format;
  // libvips counts each tile of a HEIF image as a page.
  const frames = found.format === 'heif' ? 1 : (found.pages ?? 1);
  const isAnimated = frames > 1 && (format === 'gif' || format === 'webp');
  const { gamma, isShownHere } = await colourOf(path, format);
  const hasSrgbProfile = found.icc !== undefined && isSrgbProfile(found.icc);
  return {
    format,
    width: found.width,
    height: found.pageHeight ?? found.height,
    // Browsers rotate neither animations nor WebP images.
    orientation: isAnimated || format === 'webp' ? 1 : (found.orientation ?? 1),
    frames,
    isAnimated,
    tiles: 1,
    channels: found.channels,
    depth: DEPTH[found.depth] ?? 4,
    space: found.space,
    hasAlpha: found.hasAlpha,
    hasProfile: found.icc !== undefined && !hasSrgbProfile,
    hasSrgbProfile,
    hasPalette: found.isPalette ?? false,
    isLossless: format === 'png' || (format === 'webp' && (await isLosslessWebp(path))),
    ...(gamma ? { gamma } : {}),
    isShownHere,
    isDamaged: false,
    said: whatIsSaid(found),
  };
}

/** Facts about an image that libvips cannot open, but other software may. Null if the file has no pixels. */
function notShown(header: Header | null, mime: string): Image | null {
  if (!header?.hasPixels) {
    return null;
  }
  const { width, height } = header;
  return { ...FLAT, width, height, format: mime.slice('image/'.length), isShownHere: false };
}

/** Facts about the colours that libvips does not report. */
async function colourOf(path: string, format: string) {
  if (format !== 'png') {
    return { isShownHere: true };
  }
  const { gamma, isForeign, isAnimated } = await pngColour(path);
  return { gamma, isShownHere: !isForeign && !isAnimated };
}

/**
 * Returns the rights that the metadata name. If the blocks differ, EXIF takes precedence over IPTC, IPTC over XMP, and
 * XMP over text chunks.
 */
function whatIsSaid({ exif, iptc, xmp, comments }: Metadata): Rights {
  const { artist, copyright } = exif ? readExif(exif) : {};
  return {
    ...(comments ? pngTextRights(comments) : {}),
    ...(xmp ? xmpRights(xmp) : {}),
    ...(iptc ? iptcRights(iptc) : {}),
    ...(artist ? { artist } : {}),
    ...(copyright ? { copyright } : {}),
  };
}

/** Width and height of the image as shown, with its orientation applied. */
export function uprightSize({
  width,
  height,
  orientation,
}: Pick<Image, 'width' | 'height' | 'orientation'>) {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}
