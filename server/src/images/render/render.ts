import sharp, { type OutputInfo, type Sharp } from 'sharp';
import { encodeAs, KINDS } from './encode';
import { keepsProfile, rightsFor, withExactRights, withMetadata } from '../metadata/metadata';
import { flatPng, MOST_FLAT } from './flat-png';
import { FOR_PLACEHOLDER, placeholderOf } from './placeholder';
import type { Box, FormatPlan, ImagePlan } from '../plan/plan';
import { needsNoLimit, type Image } from '../header/probe';

/** Runs one pass of libvips as soon as a thread is free. */
export type Pass = <T>(work: () => Promise<T>) => Promise<T>;

/** The encoded bytes of one output. */
export interface Rendered extends Box {
  /** The bytes, in a buffer that nothing else uses. */
  data: Uint8Array<ArrayBuffer>;
}

/** A rendered smaller size. */
export interface RenderedFormat extends Rendered {
  key: string;
  /** MIME type and extension of the size, if they differ from those of the image. */
  kind: { mime: string; ext: string } | null;
}

/** All outputs of one image. */
export interface RenderedImage {
  original: Rendered | null;
  formats: RenderedFormat[];
  /** The placeholder: a thumbhash in base64. */
  placeholder: string | null;
  /** The error of libvips, if libvips cannot show anything of the image. Other software may be able to show it. */
  undecoded?: string;
  /** Whether only a part of the image could be decoded. */
  isDamaged?: boolean;
}

/** The buffers that hold the outputs. */
export const buffersOf = ({ original, formats }: RenderedImage): ArrayBuffer[] =>
  [...(original ? [original] : []), ...formats].map(({ data }) => data.buffer);

/**
 * Makes all outputs of a plan. The file is decoded once for the original. It is decoded a second time, as small as the
 * format allows (shrink on load), for the largest size. The other sizes are made from the largest size. Both passes
 * detect damage.
 *
 * @throws sharp's error if the image cannot be decoded
 */
export async function renderImage(
  path: string,
  plan: ImagePlan,
  pass: Pass
): Promise<RenderedImage> {
  const original = plan.original ? pass(() => renderOriginal(path, plan)) : null;
  const sizes = renderSizes(path, plan, pass);
  // Waits for both outputs before it throws the first failure: the caller must not remove the file while it is read.
  await Promise.allSettled([original, sizes]);
  return { original: await original, ...(await sizes) };
}

/** Re-encodes the image, rotated upright if the plan says so. */
export async function renderOriginal(path: string, plan: ImagePlan): Promise<Rendered> {
  const { original } = plan;
  const image = withCheapProfile(plan.image);
  const { turn = false, quality = 100 } = original ?? {};
  const input = open(path, image);
  const output = turn ? input.autoOrient() : input;
  const { format, width, height } = image;
  const encoded = encodeAs(output, { format, quality, isOriginal: true }, image);
  return finish(encoded, { ...plan, image }, { format, width, height, isTurned: turn });
}

/**
 * Number of pixels above which a sRGB profile is kept: its 3 kB matter less than the time of a conversion. The colours
 * are the same either way.
 */
const MOST_CONVERTED = 1.5e6;

/** Drops a profile that describes only sRGB if the profile would be a large part of the bytes. */
function withCheapProfile(image: Image): Image {
  const isLarge = image.width * image.height > MOST_CONVERTED;
  return { ...image, hasProfile: image.hasProfile || (isLarge && image.hasSrgbProfile) };
}

async function renderSizes(path: string, plan: ImagePlan, pass: Pass) {
  const { formats, image, metadata } = plan;
  if (formats.length === 0 && !plan.placeholder) {
    return { formats: [], placeholder: null };
  }
  const isCascade = !image.isAnimated && metadata !== 'keep';
  const source = isCascade
    ? await pass(() => base(path, plan))
    : { open: () => upright(path, image) };
  const made = await all(
    formats.map((format) => () => pass(() => renderFormat(source.open(), format, plan)))
  );
  const still = isCascade ? source.open : () => upright(path, firstFrame(image));
  const placeholder = plan.placeholder ? await pass(() => placeholderOf(still())) : null;
  return { formats: made, placeholder };
}

/** The image from which sizes are made: upright, no larger than the largest size. */
interface Source {
  open(): Sharp;
}

/** Decodes an image once for all of its sizes. */
async function base(path: string, { image, formats, metadata }: ImagePlan): Promise<Source> {
  const [largest] = formats;
  const input = upright(path, firstFrame(image));
  input.resize(largest ? { ...largest.scaled, fit: 'fill' } : FOR_PLACEHOLDER);
  if (keepsProfile(image, metadata)) {
    // This format can carry the profile to the outputs; raw pixels cannot. TIFF would also carry a WebP's orientation.
    const carried = input.keepIccProfile();
    const data = await (
      image.format === 'webp'
        ? carried.png({ compressionLevel: 0 })
        : carried.tiff({ compression: 'none' })
    ).toBuffer();
    return { open: () => sharp(data) };
  }
  const { data, info } = await input.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { open: () => sharp(data, { raw: { width, height, channels } }) };
}

async function renderFormat(
  input: Sharp,
  formatPlan: FormatPlan,
  plan: ImagePlan
): Promise<RenderedFormat> {
  const { key, scaled, crop, canvas, format, quality } = formatPlan;
  const { image } = plan;
  input.resize({ ...scaled, fit: 'fill' });
  if (crop) {
    input.extract(crop);
  }
  fill(input, formatPlan);
  const output = encodeAs(input, { format, quality }, image);
  const kind = format === image.format ? null : (KINDS[format] ?? null);
  const { width, height } = canvas ?? crop ?? scaled;
  return { key, kind, ...(await finish(output, plan, { format, width, height, isTurned: true })) };
}

/** Adds the bars of a canvas, and fills transparent parts if the format has none. */
function fill(input: Sharp, { scaled, canvas, background }: FormatPlan): void {
  if (background === 'white') {
    input.flatten({ background: WHITE });
  }
  if (canvas) {
    const { left, top } = canvas;
    const right = canvas.width - scaled.width - left;
    const bottom = canvas.height - scaled.height - top;
    input.extend({ left, top, right, bottom, background: background === 'white' ? WHITE : CLEAR });
  }
}

const WHITE = { r: 255, g: 255, b: 255, alpha: 1 };
const CLEAR = { r: 0, g: 0, b: 0, alpha: 0 };

/**
 * Opens an image, with all frames if it is animated. Of a TIFF only the first page is opened, since pages can differ in
 * size.
 */
export function open(path: string, { isAnimated, isDamaged, tiles, gamma }: Image): Sharp {
  const input = sharp(path, {
    animated: isAnimated,
    limitInputPixels: false,
    failOn: isDamaged ? 'none' : 'warning',
    // The limits of libheif are not needed: `probe` has checked the file.
    unlimited: needsNoLimit(tiles),
  });
  return gamma ? input.gamma(1 / gamma, SRGB_GAMMA) : input;
}

/** The gamma that comes closest to the curve of sRGB. */
const SRGB_GAMMA = 2.2;

/** Opens the image as browsers show it. Browsers do not rotate a WebP, whatever its EXIF block says. */
function upright(path: string, image: Image): Sharp {
  const input = open(path, image);
  return image.format === 'webp' ? input : input.autoOrient();
}

const firstFrame = (image: Image): Image => ({ ...image, isAnimated: false });

/** Properties of an output. */
interface Output extends Box {
  format: string;
  /** Whether the pixels are already upright. */
  isTurned: boolean;
}

async function finish(output: Sharp, plan: ImagePlan, wanted: Output): Promise<Rendered> {
  const { format, isTurned } = wanted;
  const metadata = { image: plan.image, policy: plan.metadata, isTurned };
  const { data, info } =
    (await finishFlat(output, plan, wanted)) ??
    (await withMetadata(output, metadata).toBuffer({ resolveWithObject: true }));
  const exact = await withExactRights(data, format, metadata);
  // Copies the bytes into a new buffer: Node.js cannot transfer memory that a native module made, and small Buffers
  // share their memory.
  return { data: new Uint8Array(exact), width: info.width, height: frameHeight(info) };
}

/**
 * Encodes a PNG of few colours. Returns null for other outputs, and for a PNG whose metadata libvips' raw pixels cannot
 * carry.
 */
async function finishFlat(
  output: Sharp,
  { image, metadata }: ImagePlan,
  { format, isTurned, width, height }: Output
) {
  const { depth, orientation } = image;
  const saysMore =
    metadata === 'keep' ||
    keepsProfile(image, metadata) ||
    Object.keys(rightsFor(image, metadata)).length > 0 ||
    !(isTurned || orientation === 1);
  if (format !== 'png' || depth !== 1 || width * height > MOST_FLAT || saysMore) {
    return null;
  }
  const raw = output.clone().toColourspace('srgb').ensureAlpha().raw();
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  const flat = await flatPng({ data, width: info.width, height: info.height });
  return flat && { data: flat, info };
}

const frameHeight = ({ pageHeight, height }: OutputInfo): number => pageHeight ?? height;

/** Starts all work at once, and waits for all of it before throwing the first failure. */
async function all<T>(work: Array<() => Promise<T>>): Promise<T[]> {
  const running = work.map((start) => start());
  await Promise.allSettled(running);
  return Promise.all(running);
}
