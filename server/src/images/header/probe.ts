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

/** What the header of an image tells. */
export interface Image {
  /** `jpeg`, `png`, `webp`, `gif`, `tiff`, `avif`, `svg`, or another name of libvips. */
  format: string;
  /** Pixels as stored, of one frame. */
  width: number;
  height: number;
  /** EXIF orientation, 1 to 8; from 5 on width and height change places when it is shown. */
  orientation: number;
  /** Frames of a moving image, pages of a document; else 1. */
  frames: number;
  /** Whether the frames are to be shown one after the other. */
  isAnimated: boolean;
  /** Images that it is put together of; 1 for most. */
  tiles: number;
  channels: number;
  /** Bytes of one channel of one pixel. */
  depth: number;
  /** libvips' name of the colour space: `srgb`, `rgb16`, `cmyk`, `b-w`, `grey16`. */
  space: string;
  hasAlpha: boolean;
  /** Whether it has a colour profile that says more than that it is sRGB. */
  hasProfile: boolean;
  /** Whether it has one that says just that. */
  hasSrgbProfile: boolean;
  hasPalette: boolean;
  isLossless: boolean;
  /** By which power of the light its values were stored, where that is not sRGB's. */
  gamma?: number;
  /** Whether it is decoded here as browsers show it: of others nothing is made. */
  isShownHere: boolean;
  /** Whether it is decoded although something in it is wrong. */
  isDamaged: boolean;
  /** Artist and copyright. */
  said: Rights;
}

/** Types that sharp decodes and encodes: images that get formats. */
export const PROCESSED: readonly string[] = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/tiff',
  'image/avif',
];

/** True for a type whose files must be readable images. */
export const isProcessed = (mime: string): boolean => PROCESSED.includes(mime);

/** Those, and others whose header must be one: a name and four letters are no image yet. */
export const mustBeImage = (mime: string): boolean =>
  isProcessed(mime) || HEIF.test(mime) || mime === 'image/apng';

/** More tiles than libheif decodes unless it is told to. */
export const needsNoLimit = (tiles: number): boolean => tiles > 16;

/** Bytes per channel of libvips' band formats. */
const DEPTH: Record<string, number> = { uchar: 1, char: 1, ushort: 2, short: 2, double: 8 };

/**
 * Reads an image's header; decodes nothing.
 *
 * @returns null for what is no image, or none that can be read here
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

/** Most images that one may be put together of: phones write 48 of 512 × 512, cameras some 200. */
const MOST_TILES = 1024;

async function probeHeif(path: string, mime: string): Promise<Image | null> {
  const header = await readHeifHeader(path);
  // What our own walk gives up on is no work for a library that has no bounds then.
  if (!header?.hasPixels || header.tiles > MOST_TILES || !header.isBalanced) {
    return notShown(header, mime);
  }
  // libheif refuses more than 16 tiles unless it is told that somebody has counted them.
  const unlimited = needsNoLimit(header.tiles);
  const found = await sharp(path, { limitInputPixels: false, unlimited }).metadata();
  const image = await describe(found, path, mime);
  const isShownHere = header.isPlainColour && !header.isSequence;
  return image && { ...image, tiles: header.tiles, isShownHere };
}

/** A header in which something is wrong is read once more as viewers do it. */
async function metadataOf(path: string): Promise<Metadata> {
  const options = { limitInputPixels: false };
  return sharp(path, options)
    .metadata()
    .catch(() => sharp(path, { ...options, failOn: 'none' }).metadata());
}

/** What is so unless a header tells otherwise. */
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
    // A camera's raw file: what is read of it as a TIFF is its preview.
    return null;
  }
  const format = mime === 'image/avif' ? 'avif' : found.format;
  // Each tile of a HEIF image counts as a page.
  const frames = found.format === 'heif' ? 1 : (found.pages ?? 1);
  const isAnimated = frames > 1 && (format === 'gif' || format === 'webp');
  const { gamma, isShownHere } = await colourOf(path, format);
  const hasSrgbProfile = found.icc !== undefined && isSrgbProfile(found.icc);
  return {
    format,
    width: found.width,
    height: found.pageHeight ?? found.height,
    // Browsers turn neither moving images nor any WebP.
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

/** An image that libvips cannot open and others may. */
function notShown(header: Header | null, mime: string): Image | null {
  if (!header?.hasPixels) {
    return null;
  }
  const { width, height } = header;
  return { ...FLAT, width, height, format: mime.slice('image/'.length), isShownHere: false };
}

/** What libvips does not tell of its colours. */
async function colourOf(path: string, format: string) {
  if (format !== 'png') {
    return { isShownHere: true };
  }
  const { gamma, isForeign, isAnimated } = await pngColour(path);
  return { gamma, isShownHere: !isForeign && !isAnimated };
}

/** Where the blocks differ, EXIF counts before IPTC, that before XMP, and all before texts. */
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

/** Width and height as the image is seen, its orientation applied. */
export function uprightSize({
  width,
  height,
  orientation,
}: Pick<Image, 'width' | 'height' | 'orientation'>) {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}
