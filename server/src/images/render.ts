import sharp, { type OutputInfo, type Sharp } from 'sharp';
import { encodeAs, KINDS } from './encode';
import { keepsProfile, withExactRights, withMetadata } from './metadata';
import { FOR_PLACEHOLDER, placeholderOf } from './placeholder';
import type { Box, FormatPlan, PicturePlan } from './plan';

/** Runs one pass of libvips when a thread is free for it. */
export type Pass = <T>(work: () => Promise<T>) => Promise<T>;

/** Bytes that were made of a picture. */
export interface Rendered extends Box {
  /** In memory that nothing else lies in. */
  data: Uint8Array<ArrayBuffer>;
}

/** A smaller size. */
export interface RenderedFormat extends Rendered {
  key: string;
  /** Type and extension where they are not the picture's own. */
  kind: { mime: string; ext: string } | null;
}

/** All that was made of one picture. */
export interface RenderedPicture {
  original: Rendered | null;
  formats: RenderedFormat[];
  /** A thumbhash in base64. */
  placeholder: string | null;
}

/** The memory that what was made lies in. */
export const buffersOf = ({ original, formats }: RenderedPicture): ArrayBuffer[] =>
  [...(original ? [original] : []), ...formats].map(({ data }) => data.buffer);

/**
 * Makes all outputs of a plan: the file is decoded once for the original and once, as small as the
 * format allows (shrink on load), for the largest size, of which the smaller ones are made. Both passes see
 * whether the picture is sound.
 *
 * @throws sharp's error for a picture that cannot be decoded
 */
export async function renderPicture(
  path: string,
  plan: PicturePlan,
  pass: Pass
): Promise<RenderedPicture> {
  const original = plan.original ? pass(() => renderOriginal(path, plan)) : null;
  const sizes = renderSizes(path, plan, pass);
  // Both have an end before the first failure is told: the file must stay as long as it is read.
  await Promise.allSettled([original, sizes]);
  return { original: await original, ...(await sizes) };
}

/** The picture encoded again: upright where the plan says so. */
export async function renderOriginal(path: string, plan: PicturePlan): Promise<Rendered> {
  const { picture, original } = plan;
  const { turn = false, quality = 100 } = original ?? {};
  const input = open(path, picture.isAnimated);
  const output = turn ? input.autoOrient() : input;
  const encoder = { format: picture.format, quality, isOriginal: true };
  return finish(encodeAs(output, encoder, picture), plan, picture.format, turn);
}

async function renderSizes(path: string, plan: PicturePlan, pass: Pass) {
  const { formats, picture, metadata } = plan;
  if (formats.length === 0 && !plan.placeholder) {
    return { formats: [], placeholder: null };
  }
  const isCascade = !picture.isAnimated && metadata !== 'keep';
  const source = isCascade
    ? await pass(() => base(path, plan))
    : { open: () => open(path, picture.isAnimated).autoOrient() };
  const made = await all(
    formats.map((format) => () => pass(() => renderFormat(source.open(), format, plan)))
  );
  const still = isCascade ? source.open : () => open(path, false).autoOrient();
  const placeholder = plan.placeholder ? await pass(() => placeholderOf(still())) : null;
  return { formats: made, placeholder };
}

/** What sizes are made of: the picture upright, no larger than the largest of them. */
interface Source {
  open(): Sharp;
}

/** Decodes a picture once for all of its sizes. */
async function base(path: string, { picture, formats, metadata }: PicturePlan): Promise<Source> {
  const [largest] = formats;
  const input = open(path, false).autoOrient();
  input.resize(largest ? { ...largest.scaled, fit: 'fill' } : FOR_PLACEHOLDER);
  if (keepsProfile(picture, metadata)) {
    // A format that carries the profile on to the outputs; raw pixels cannot.
    const data = await input.keepIccProfile().tiff({ compression: 'none' }).toBuffer();
    return { open: () => sharp(data) };
  }
  const { data, info } = await input.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { open: () => sharp(data, { raw: { width, height, channels } }) };
}

async function renderFormat(
  input: Sharp,
  { key, scaled, crop, format, quality }: FormatPlan,
  plan: PicturePlan
): Promise<RenderedFormat> {
  const { picture } = plan;
  input.resize(
    picture.isAnimated && crop ? { ...boxOf(crop), fit: 'cover' } : { ...scaled, fit: 'fill' }
  );
  if (crop && !picture.isAnimated) {
    input.extract(crop);
  }
  const output = encodeAs(input, { format, quality }, picture);
  const kind = format === picture.format ? null : (KINDS[format] ?? null);
  return { key, kind, ...(await finish(output, plan, format, true)) };
}

const boxOf = ({ width, height }: Box): Box => ({ width, height });

/** With all frames where they move; pages of a TIFF can differ in size, and the first one counts. */
export const open = (path: string, animated: boolean): Sharp =>
  sharp(path, { animated, limitInputPixels: false });

async function finish(
  output: Sharp,
  { picture, metadata }: PicturePlan,
  format: string,
  isTurned: boolean
): Promise<Rendered> {
  const { data, info } = await withMetadata(output, picture, metadata, isTurned).toBuffer({
    resolveWithObject: true,
  });
  const exact = await withExactRights(data, format, picture, metadata, isTurned);
  // Copied once: Node.js lets no thread give memory away that a native module made, and small Buffers share theirs.
  return { data: new Uint8Array(exact), width: info.width, height: frameHeight(info) };
}

const frameHeight = ({ pageHeight, height }: OutputInfo): number => pageHeight ?? height;

/** All of them at once; waits for each before it throws the first failure. */
async function all<T>(work: Array<() => Promise<T>>): Promise<T[]> {
  const running = work.map((start) => start());
  await Promise.allSettled(running);
  return Promise.all(running);
}
