import { brokenPicture, metadataKept } from '../../errors';
import { bytesOf, insteadOf, withoutPrivate } from '../../images/render/original';
import type { LentPicture, PictureFile, Pictures } from '../../images/render/pictures';
import { planPicture, type PicturePlan, type PlanContext } from '../../images/plan/plan';
import {
  isProcessed,
  mustBeImage,
  probe,
  uprightSize,
  type Picture,
} from '../../images/header/probe';
import type { RenderedFormat, RenderedPicture } from '../../images/render/render';
import { Undecodable } from '../../images/render/renderer';
import type { PictureWishes } from '../../images/plan/sizes';
import { inParallel } from '../../util/parallel';
import { anySignal } from '../../util/signals';
import type { StagedObject } from '../../storage/port';
import type { Attempt } from '../../attempt/attempt';
import type { DerivedFile, StagedFile, StagedFormat, StagedPicture } from '../upload';

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
  log: { warn(message: string): void };
}

/**
 * Measures a picture and stages what is made of it: the optimised original where that is smaller,
 * and its formats. Other files pass through, images without their private metadata; so do pictures that are too large to be
 * decoded here.
 *
 * @throws RefusedFile for a picture that cannot be decoded, or whose private metadata stay where they may not; the reason of an aborted request
 */
export async function derive(
  sent: StagedFile,
  context: PlanContext,
  deps: DeriveDeps,
  attempt: Attempt
): Promise<DerivedFile> {
  const { headStart, ...file } = sent;
  const started = await headStart;
  const picture = started ? started.picture : await probe(file.object.path, file.mime);
  if (!picture && mustBeImage(file.mime)) {
    throw brokenPicture(file);
  }
  if (!picture || !isProcessed(file.mime)) {
    const { width = null, height = null } = picture ? uprightSize(picture) : {};
    const stored = await withoutMetadata(file, picture, deps, attempt);
    return { ...file, ...stored, width, height, formats: null, placeholder: null };
  }
  const wishes = started?.wishes ?? (await deps.pictureWishes());
  const plan = planPicture(picture, wishes, context);
  const { original, formats, placeholder, metadataKept } =
    (await started?.take(plan, attempt)) ?? (await derivePlanned(file, plan, deps, attempt));
  noteKept(file, metadataKept, wishes, deps);
  if (original) {
    await attempt.drop(file.object);
  }
  return {
    ...{ ...file, object: original ?? file.object, ...uprightSize(picture) },
    formats: formats.length > 0 ? formats : null,
    placeholder,
    metadataKept,
  };
}

/**
 * Stages an image of which nothing is made without its private metadata, where it has some; other files stay.
 *
 * @throws RefusedFile where they cannot be taken out, and must
 */
export async function withoutMetadata(
  file: Pick<StagedFile, 'name' | 'mime' | 'object'>,
  picture: Picture | null,
  deps: Pick<DeriveDeps, 'pictureWishes' | 'log'>,
  attempt: Attempt
): Promise<Pick<DerivedFile, 'object' | 'metadataKept'>> {
  const { object, mime } = file;
  if (!mime.startsWith('image/')) {
    return { object, metadataKept: false };
  }
  const wishes = await deps.pictureWishes();
  const { metadata } = wishes.images;
  const { body, complete } = await withoutPrivate({ path: object.path, mime }, metadata, picture);
  noteKept(file, !complete, wishes, deps);
  return {
    object: body ? await stageInstead(object, body, attempt) : object,
    metadataKept: !complete,
  };
}

/** @throws RefusedFile where private metadata may be left, and must not */
function noteKept(
  file: Pick<StagedFile, 'name' | 'mime'>,
  isKept: boolean,
  { images }: PictureWishes,
  { log }: Pick<DeriveDeps, 'log'>
): void {
  if (isKept && images.requireStripped) {
    throw metadataKept(file);
  }
  if (isKept) {
    log.warn(
      `"${file.name}" is stored with what private metadata it may hold: none can be taken out of this ${file.mime}.`
    );
  }
}

async function derivePlanned(
  file: StagedFile,
  plan: PicturePlan,
  deps: DeriveDeps,
  attempt: Attempt
): Promise<StagedPicture> {
  const made = await makeOf(
    file,
    (picture, signal) => deps.pictures.render(picture, plan, signal),
    deps
  );
  return stageMade(file, plan, made, attempt);
}

/**
 * Makes what a plan says of a picture.
 *
 * @param render how it is asked for
 * @param stop stops the work, as the request's own signal does
 * @throws RefusedFile for a picture that cannot be decoded; the reason of a signal; NoRoom as `render`
 *   does
 */
export async function makeOf<T extends RenderedPicture | null>(
  file: StagedFile,
  render: (picture: PictureFile, signal?: AbortSignal) => Promise<T>,
  { requestSignal }: Pick<DeriveDeps, 'requestSignal'>,
  stop?: AbortSignal
): Promise<T> {
  const signal = anySignal(requestSignal(), stop);
  return orBroken(file, signal, () => render(pictureFile(file), signal));
}

/** Stages what was made of a picture, null for nothing, and gives it back; the picture itself stays staged. */
export async function stageMade(
  { mime, object: { path, size } }: StagedFile,
  plan: PicturePlan,
  made: LentPicture | null,
  attempt: Attempt
): Promise<StagedPicture> {
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

/** Which outputs of a picture that is stored already are made anew. */
export interface AnewWishes {
  context: PlanContext;
  /** Whether a size is made, by its name. */
  size(key: string): boolean;
  placeholder: boolean;
  /** Whether its bytes are those that were stored: what is wrong with them was so then. */
  isAsStored: boolean;
  /** Stops the work: nothing further of it is begun. */
  signal?: AbortSignal | undefined;
}

/**
 * Stages sizes of a picture anew, whose original stays as it is. It waits for its turn as long as it
 * takes.
 *
 * @throws RefusedFile for a picture that cannot be decoded, or was damaged since it was stored; NoRoom for one that is too
 *   large; the signal's reason
 */
export async function deriveAnew(
  file: StagedFile,
  { context, size, placeholder, isAsStored, signal }: AnewWishes,
  { pictureWishes, pictures }: DeriveDeps,
  attempt: Attempt
): Promise<{ formats: StagedFormat[]; placeholder: string | null }> {
  const picture = await probe(file.object.path, file.mime);
  if (!picture) {
    throw brokenPicture(file);
  }
  const plan = planPicture(picture, await pictureWishes(), context);
  const formats = plan.formats.filter(({ key }) => size(key));
  const anew = { ...plan, original: null, formats, placeholder: plan.placeholder && placeholder };
  const made = await orBroken(file, signal, () =>
    pictures.renderPatiently(pictureFile(file), anew, signal)
  );
  if ((made.isDamaged || made.undecoded !== undefined) && !isAsStored) {
    // The sizes that it has show more than what would be made of it now.
    made.giveBack();
    throw brokenPicture(file);
  }
  const staged = await stageFormats(made, attempt);
  made.giveBack();
  return { formats: staged, placeholder: made.placeholder };
}

const pictureFile = ({ name, object: { path, sha256 } }: StagedFile): PictureFile => ({
  name,
  path,
  sha256,
});

/** What cannot be decoded is the file's fault. */
async function orBroken<T>(
  file: StagedFile,
  signal: AbortSignal | undefined,
  work: () => Promise<T>
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof Undecodable ? brokenPicture(file) : error;
  }
}

const stageFormats = (made: RenderedPicture | null, attempt: Attempt): Promise<StagedFormat[]> =>
  inParallel(made?.formats ?? [], AT_ONCE, (format) => stageFormat(format, attempt));

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
