import { brokenPicture } from '../../errors';
import type { PicturePlan } from '../../images/plan/plan';
import { bytesOf, insteadOf } from '../../images/render/original';
import type { LentPicture, PictureFile } from '../../images/render/pictures';
import type { RenderedFormat, RenderedPicture } from '../../images/render/render';
import { Undecodable } from '../../images/render/renderer';
import type { Attempt } from '../../attempt/attempt';
import type { StagedObject } from '../../storage/port';
import { inParallel } from '../../util/parallel';
import type { StagedFile } from '../stage/staged-file';
import type { StagedFormat, StagedPicture } from './derived-file';

/** Most formats of one picture that are staged at once. */
const AT_ONCE = 4;

/** A picture and what was made of it by a plan; null for nothing. */
export interface MadePicture {
  file: StagedFile;
  plan: PicturePlan;
  made: LentPicture | null;
}

/**
 * Makes something of a picture.
 *
 * @param render how it is asked for
 * @param signal of the request, and of who else may stop the work
 * @throws RefusedFile for a picture that cannot be decoded; the signal's reason; what `render` throws
 */
export async function makeOf<T extends RenderedPicture | null>(
  file: StagedFile,
  render: (picture: PictureFile, signal?: AbortSignal) => Promise<T>,
  signal: AbortSignal | undefined
): Promise<T> {
  const { name, object } = file;
  try {
    return await render({ name, path: object.path, sha256: object.sha256 }, signal);
  } catch (error) {
    signal?.throwIfAborted();
    // What cannot be decoded is the file's fault.
    throw error instanceof Undecodable ? brokenPicture(file) : error;
  }
}

/** Stages what was made of a picture and gives it back; the picture itself stays staged. */
export async function stageMade(
  { file, plan, made }: MadePicture,
  attempt: Attempt
): Promise<StagedPicture> {
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

/** Stages the formats that were made of a picture; null for nothing. */
export const stageFormats = (
  made: RenderedPicture | null,
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
