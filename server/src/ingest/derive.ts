import { brokenPicture } from '../errors';
import { bytesOf, insteadOf } from '../images/original';
import type { Pictures } from '../images/pictures';
import { planPicture, type PicturePlan, type PlanContext } from '../images/plan';
import { isProcessed, probe, uprightSize } from '../images/probe';
import type { RenderedFormat, RenderedPicture } from '../images/render';
import type { PictureWishes } from '../images/sizes';
import { inParallel } from '../parallel';
import type { StagedObject } from '../storage/port';
import type { Attempt } from './attempt';
import type { DerivedFile, StagedFile, StagedFormat } from './upload';

/** Most formats of one picture that are staged at once. */
const AT_ONCE = 4;

export interface DeriveDeps {
  /** What the project wants to be made of pictures; read for each request, since it can change. */
  pictureWishes(): Promise<PictureWishes>;
  pictures: Pictures;
  /** Aborted when the client that asked is gone. */
  requestSignal(): AbortSignal | undefined;
  /** Whether files have a column for a placeholder. */
  hasPlaceholders: boolean;
}

/**
 * Measures a picture and stages what is made of it: the optimised original where that is smaller,
 * and its formats. Other files pass through; so do pictures that are too large to be decoded here.
 *
 * @throws RefusedFile for a picture that cannot be decoded; the reason of an aborted request
 */
export async function derive(
  file: StagedFile,
  context: PlanContext,
  deps: DeriveDeps,
  attempt: Attempt
): Promise<DerivedFile> {
  const picture = await probe(file.object.path, file.mime);
  if (!picture && isProcessed(file.mime)) {
    throw brokenPicture(file);
  }
  if (!picture || !isProcessed(file.mime)) {
    const { width = null, height = null } = picture ? uprightSize(picture) : {};
    return { ...file, width, height, formats: null, placeholder: null };
  }
  const plan = planPicture(picture, await deps.pictureWishes(), context);
  const made = await render(file, plan, deps);
  const { path, size } = file.object;
  const other = await insteadOf(path, size, plan, made?.original ?? null);
  const object = other ? await stageInstead(file.object, other, attempt) : file.object;
  const formats = await inParallel(made?.formats ?? [], AT_ONCE, (format) =>
    stageFormat(format, attempt)
  );
  return {
    ...{ ...file, object, ...uprightSize(picture) },
    formats: formats.length > 0 ? formats : null,
    placeholder: made?.placeholder ?? null,
  };
}

/** Null where nothing is made of the picture. */
async function render(
  file: StagedFile,
  plan: PicturePlan,
  { pictures, requestSignal }: DeriveDeps
): Promise<RenderedPicture | null> {
  const { name, object } = file;
  const signal = requestSignal();
  try {
    return await pictures.render({ name, path: object.path, sha256: object.sha256 }, plan, signal);
  } catch {
    signal?.throwIfAborted();
    throw brokenPicture(file);
  }
}

async function stageFormat(format: RenderedFormat, attempt: Attempt): Promise<StagedFormat> {
  const { key, kind, width, height } = format;
  return { key, kind, width, height, object: await attempt.stage(bytesOf(format)) };
}

export async function stageInstead(
  object: StagedObject,
  body: AsyncIterable<Uint8Array>,
  attempt: Attempt
): Promise<StagedObject> {
  const staged = await attempt.stage(body);
  await attempt.drop(object);
  return staged;
}
