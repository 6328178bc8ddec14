import { boxesIn, contentOf, insideFull, type Box, type Stretch } from '../heif/boxes';
import { itemsIn, type Item } from '../heif/items';
import { propertiesIn, type Properties } from '../heif/properties';
import type { Source } from './read-at';
import type { Header } from './header';

/** Facts from the boxes of a HEIF file, also of an AVIF or HEIC. */
export interface HeifHeader extends Header {
  /** Number of images that the main image is composed of; 1 if it is not composed. */
  tiles: number;
  /** Whether the colours are those of sRGB, or described by a profile. libvips knows no other colours. */
  isPlainColour: boolean;
  /** Whether the file has tracks, that is, a sequence of frames. */
  isSequence: boolean;
  /** Whether the parts of the image, its opacity mask and metadata included, have a plausible size. */
  isBalanced: boolean;
}

/** Maximum number of bytes that are read of one property. */
const MOST_BYTES = 1000;

/**
 * Reads the boxes of a HEIF file (ISO/IEC 23008-12): those of its primary item, or of its first track with images.
 *
 * @returns null for a file that has neither
 * @throws RangeError if boxes are cut off or implausibly large
 */
export async function heifHeader(source: Source): Promise<HeifHeader | null> {
  const boxes = await boxesIn(source, { from: 0, to: source.size });
  const meta = boxes.find(({ type }) => type === 'meta');
  const moov = boxes.find(({ type }) => type === 'moov');
  const tracks = moov ? await trackSize(source, moov) : null;
  const image = meta ? await primaryImage(source, meta) : null;
  if (image) {
    return { ...image, isSequence: tracks !== null };
  }
  const hasPixels = boxes.some(({ type, body, to }) => type === 'mdat' && to > body);
  const alone = { tiles: 1, isPlainColour: true, isSequence: true, isBalanced: true };
  return tracks && { ...tracks, ...alone, hasPixels };
}

async function primaryImage(source: Source, meta: Box) {
  const boxes = await boxesIn(source, insideFull(meta));
  const properties = await propertiesIn(source, boxes);
  const { primary } = properties;
  const size = await shownSize(source, properties.of(primary));
  if (!size) {
    return null;
  }
  const { items } = await itemsIn(source, boxes);
  const tiles = properties.referencesOf(primary, 'dimg');
  const parts = new Set(tiles.length > 0 ? tiles : [primary]);
  const colours = [primary, ...tiles.slice(0, 1)].map((id) => colourOf(source, properties.of(id)));
  const [colour] = (await Promise.all(colours)).filter((told) => told !== null);
  return {
    ...size,
    tiles: parts.size,
    isPlainColour: colour ?? true,
    isBalanced: await isBalanced(source, properties, { ...size, tiles, items }),
    hasPixels: items.some((item) => parts.has(item.id) && isWhole(item)),
  };
}

/**
 * The largest part of an image's bytes that may be missing. Viewers show an image that lacks only its very last bytes,
 * but no image that lacks more.
 */
const MOST_MISSING = 0.01;

const isWhole = ({ extents, missing }: Item): boolean => {
  const there = bytesOf(extents);
  return there > 0 && missing <= there * MOST_MISSING;
};

const bytesOf = (extents: readonly Stretch[]): number =>
  extents.reduce((sum, { from, to }) => sum + to - from, 0);

/**
 * Limit for the pixels of all tiles of a grid together, and for the pixels of each part of an image. The limit is the
 * image's own pixels multiplied by `times`, plus `pixels`. Tiles may extend beyond the edges of the image.
 */
const MOST_OVER = { times: 4, pixels: 2 ** 20 };

/**
 * Maximum number of pieces of one item. Items may share bytes, and libheif copies the bytes for each item. So the bytes
 * of all items together may be at most `MOST_SHARED` times the bytes of the file.
 */
const MOST_EXTENTS = 32;
const MOST_SHARED = 2;

/** Maximum number of bytes of an EXIF block or an XMP packet. Phones write about 10 kB, editors up to a megabyte. */
const MOST_METADATA = 8 * 2 ** 20;
const isMetadata = (type: string): boolean => type === 'Exif' || type === 'mime' || type === 'uri ';

/**
 * Checks that the parts of an image have a plausible size. No other limit bounds what libheif decodes for a file of
 * many tiles.
 */
async function isBalanced(
  source: Source,
  properties: Properties,
  { width, height, tiles, items }: Size & { tiles: readonly number[]; items: readonly Item[] }
): Promise<boolean> {
  const most = width * height * MOST_OVER.times + MOST_OVER.pixels;
  const bytes = items.reduce((sum, { extents }) => sum + bytesOf(extents), 0);
  if (
    items.some(({ extents }) => extents.length > MOST_EXTENTS) ||
    bytes > source.size * MOST_SHARED ||
    items.some(({ type, extents }) => isMetadata(type) && bytesOf(extents) > MOST_METADATA)
  ) {
    return false;
  }
  const pixelsOf = async (id: number): Promise<number> => {
    const ispe = properties.of(id).find(({ type }) => type === 'ispe');
    const size = ispe ? await spatialExtents(source, ispe) : { width: 0, height: 0 };
    return size.width * size.height;
  };
  let ofTiles = 0;
  for (const id of tiles) {
    ofTiles += await pixelsOf(id);
  }
  for (const { id } of items) {
    if ((await pixelsOf(id)) > most) {
      return false;
    }
  }
  return ofTiles <= most;
}

type Size = Pick<Header, 'width' | 'height'>;

async function spatialExtents(source: Source, ispe: Box): Promise<Size> {
  const size = await contentOf(source, ispe, MOST_BYTES);
  return { width: size.readUInt32BE(4), height: size.readUInt32BE(8) };
}

/** Width and height of the image as shown: `ispe`, turned by `irot`. */
async function shownSize(source: Source, properties: readonly Box[]): Promise<Size | null> {
  const ispe = properties.find(({ type }) => type === 'ispe');
  const irot = properties.find(({ type }) => type === 'irot');
  if (!ispe) {
    return null;
  }
  const { width, height } = await spatialExtents(source, ispe);
  const quarters = irot ? (await contentOf(source, irot, MOST_BYTES)).readUInt8(0) & 3 : 0;
  return quarters % 2 === 1 ? { width: height, height: width } : { width, height };
}

/**
 * Primaries that count as sRGB: BT.709, unspecified (taken for BT.709), and BT.601, which is similar (ITU-T H.273,
 * table 2).
 */
const PLAIN_PRIMARIES = [1, 2, 5, 6];

/** Transfer functions that count as sRGB: BT.709, unspecified, BT.601 and sRGB, which differ little (table 3). */
const PLAIN_TRANSFERS = [1, 2, 6, 13];

/**
 * Whether the colours are plain; null if the properties do not say so. As in browsers, a profile takes precedence over
 * codes.
 */
async function colourOf(source: Source, properties: readonly Box[]): Promise<boolean | null> {
  let isPlain: boolean | null = null;
  for (const box of properties.filter(({ type }) => type === 'colr')) {
    const colour = await source.read(box.body, 8);
    const kind = colour.toString('latin1', 0, 4);
    if (kind === 'prof' || kind === 'rICC') {
      return true;
    }
    if (kind === 'nclx') {
      isPlain =
        PLAIN_PRIMARIES.includes(colour.readUInt16BE(4)) &&
        PLAIN_TRANSFERS.includes(colour.readUInt16BE(6));
    }
  }
  return isPlain;
}

/** The size, in pixels, of the first track that has a size (`tkhd`, ISO/IEC 14496-12, 8.3.2). */
async function trackSize(source: Source, moov: Box) {
  for (const track of await inside(source, moov, 'trak')) {
    for (const head of await inside(source, track, 'tkhd')) {
      const bytes = await contentOf(source, head, MOST_BYTES);
      // Width and height are fixed-point numbers with 16 fractional bits, at the end of the box.
      const [width, height] = [
        bytes.readUInt16BE(bytes.length - 8),
        bytes.readUInt16BE(bytes.length - 4),
      ];
      if (width > 0 && height > 0) {
        return { width, height };
      }
    }
  }
  return null;
}

const inside = async (source: Source, { body, to }: Box, wanted: string): Promise<Box[]> =>
  (await boxesIn(source, { from: body, to })).filter(({ type }) => type === wanted);
