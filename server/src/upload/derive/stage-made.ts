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

/** Maximum number of formats of one image that are staged at once. */
const AT_ONCE = 4;

/** An image, its plan, and the result of the plan; null if nothing was made. */
export interface MadeImage {
  file: StagedFile;
  plan: ImagePlan;
  made: DisposableImage | null;
}

/**
 * Calls `render` for an image and translates its errors.
 *
 * @param render makes the image
 * @param signal of the request, combined with other signals that may stop the work
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
    // `Undecodable` means that the file that was sent is broken.
    throw error instanceof Undecodable ? brokenImage(file) : error;
  }
}

/** Stages the results of an image and then frees their memory. The file that was sent stays staged. */
export async function stageMade(
  { file, plan, made }: MadeImage,
  attempt: Attempt
): Promise<StagedImage> {
  const { mime, object } = file;
  const { path, size } = object;
  const { body, complete } = await insteadOf({ path, size, mime }, plan, made?.original ?? null);
  const original = body ? attempt.stage(body) : null;
  const formats = stageFormats(made, attempt);
  // Waits for both before a failure is thrown: the attempt must know all staged objects by then.
  await Promise.allSettled([original, formats]);
  const staged = { original: await original, formats: await formats };
  // Frees the memory only after a success: after a failure, the system may still be writing from these buffers.
  made?.giveBack();
  return { ...staged, placeholder: made?.placeholder ?? null, metadataKept: !complete };
}

/** Stages the formats of an image; stages nothing if no image was made. */
export const stageFormats = (
  made: RenderedImage | null,
  attempt: Attempt
): Promise<StagedFormat[]> =>
  inParallel(made?.formats ?? [], AT_ONCE, (format) => stageFormat(format, attempt));

async function stageFormat(format: RenderedFormat, attempt: Attempt): Promise<StagedFormat> {
  const { key, kind, width, height } = format;
  return { key, kind, width, height, object: await attempt.stage(bytesOf(format)) };
}

/** Stages other bytes in place of a staged object. */
export async function stageInstead(
  object: StagedObject,
  body: AsyncIterable<Uint8Array>,
  attempt: Attempt
): Promise<StagedObject> {
  const staged = await attempt.stage(body);
  await attempt.drop(object);
  return staged;
}
