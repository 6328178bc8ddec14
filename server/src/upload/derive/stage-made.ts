import { brokenImage } from '../../errors';
import type { ImagePlan } from '../../images/plan/plan';
import { bytesOf, insteadOf } from '../../images/render/original';
import type { DisposableImage, ImageFile } from '../../images/render/image-maker';
import type { RenderedFormat, RenderedImage } from '../../images/render/render';
import { Undecodable } from '../../images/render/renderer';
import type { Attempt } from '../../attempt/attempt';
import type { StagedObject } from '../../storage/port';
import { inParallel } from '../../util/parallel';
import type { StagedFile } from '../stage/staged-file';
import type { StagedFormat, StagedImage } from './derived-file';

/** Most formats of one image that are staged at once. */
const AT_ONCE = 4;

/** An image and what was made of it by a plan; null for nothing. */
export interface MadeImage {
  file: StagedFile;
  plan: ImagePlan;
  made: DisposableImage | null;
}

/**
 * Makes something of an image.
 *
 * @param render how it is asked for
 * @param signal of the request, and of who else may stop the work
 * @throws RefusedFile for an image that cannot be decoded; the signal's reason; what `render` throws
 */
export async function makeOf<T extends RenderedImage | null>(
  file: StagedFile,
  render: (image: ImageFile, signal?: AbortSignal) => Promise<T>,
  signal: AbortSignal | undefined
): Promise<T> {
  const { name, object } = file;
  try {
    return await render({ name, path: object.path, sha256: object.sha256 }, signal);
  } catch (error) {
    signal?.throwIfAborted();
    // What cannot be decoded is the file's fault.
    throw error instanceof Undecodable ? brokenImage(file) : error;
  }
}

/** Stages what was made of an image and gives it back; the image itself stays staged. */
export async function stageMade(
  { file, plan, made }: MadeImage,
  attempt: Attempt
): Promise<StagedImage> {
  const { mime, object } = file;
  const { path, size } = object;
  const { body, complete } = await insteadOf({ path, size, mime }, plan, made?.original ?? null);
  const original = body ? attempt.stage(body) : null;
  const formats = stageFormats(made, attempt);
  // Both have an end before a failure is told: the attempt must know what is staged then.
  await Promise.allSettled([original, formats]);
  const staged = { original: await original, formats: await formats };
  // Not after a failure: the system may be writing of it still.
  made?.giveBack();
  return { ...staged, placeholder: made?.placeholder ?? null, metadataKept: !complete };
}

/** Stages the formats that were made of an image; null for nothing. */
export const stageFormats = (
  made: RenderedImage | null,
  attempt: Attempt
): Promise<StagedFormat[]> =>
  inParallel(made?.formats ?? [], AT_ONCE, (format) => stageFormat(format, attempt));

async function stageFormat(format: RenderedFormat, attempt: Attempt): Promise<StagedFormat> {
  const { key, kind, width, height } = format;
  return { key, kind, width, height, object: await attempt.stage(bytesOf(format)) };
}

/** Stages other bytes in the place of an object's. */
export async function stageInstead(
  object: StagedObject,
  body: AsyncIterable<Uint8Array>,
  attempt: Attempt
): Promise<StagedObject> {
  const staged = await attempt.stage(body);
  await attempt.drop(object);
  return staged;
}
