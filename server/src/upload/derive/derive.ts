import { brokenPicture, metadataKept } from '../../errors';
import {
  isProcessed,
  mustBeImage,
  probe,
  uprightSize,
  type Picture,
} from '../../images/header/probe';
import { planPicture, type PicturePlan, type PlanContext } from '../../images/plan/plan';
import type { PictureWishes } from '../../images/plan/sizes';
import { withoutPrivate } from '../../images/render/original';
import type { Pictures } from '../../images/render/pictures';
import type { Attempt } from '../../attempt/attempt';
import type { ImageManipulation } from '../../images/overrides/manipulation';
import type { StagedFile } from '../stage/staged-file';
import type { DerivedFile, StagedFormat, StagedPicture } from './derived-file';
import type { StartedFile } from './started-file';
import { makeOf, stageFormats, stageInstead, stageMade } from './stage-made';

export interface DeriveDeps {
  /** What the project wants to be made of pictures; read for each request, since it can change. */
  pictureWishes(): Promise<PictureWishes>;
  pictures: Pictures;
  /** Aborted when the client that asked is gone. */
  requestSignal(): AbortSignal | undefined;
  /** Whether files have a column for a placeholder. */
  hasPlaceholders: boolean;
  /** The service `image-manipulation` where a project has put functions of its own into it. */
  pictureOverrides(): ImageManipulation | null;
  log: { warn(message: string): void };
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

/** Measures pictures, and stages what is made of them, for one attempt. */
export class Derivation {
  constructor(
    private readonly attempt: Attempt,
    private readonly deps: DeriveDeps
  ) {}

  /**
   * Measures a picture and stages what is made of it: the optimised original where that is smaller,
   * and its formats. Other files pass through, images without their private metadata; so do pictures that are too large to be
   * decoded here.
   *
   * @throws RefusedFile for a picture that cannot be decoded, or whose private metadata stay where they may not; the reason of an aborted request
   */
  async derive(sent: StartedFile, context: PlanContext): Promise<DerivedFile> {
    const { headStart, ...file } = sent;
    const started = await headStart;
    const picture = started ? started.picture : await probe(file.object.path, file.mime);
    if (!picture && mustBeImage(file.mime)) {
      throw brokenPicture(file);
    }
    if (!picture || !isProcessed(file.mime)) {
      const { width = null, height = null } = picture ? uprightSize(picture) : {};
      const stored = await this.withoutMetadata(file, picture);
      return { ...file, ...stored, width, height, formats: null, placeholder: null };
    }
    const wishes = started?.wishes ?? (await this.deps.pictureWishes());
    const plan = planPicture(picture, wishes, context);
    const { original, formats, placeholder, metadataKept } =
      (await started?.take(plan, this.attempt)) ?? (await this.planned(file, plan));
    this.noteKept(file, metadataKept, wishes);
    if (original) {
      await this.attempt.drop(file.object);
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
  async withoutMetadata(
    file: Pick<StagedFile, 'name' | 'mime' | 'object'>,
    picture: Picture | null
  ): Promise<Pick<DerivedFile, 'object' | 'metadataKept'>> {
    const { object, mime } = file;
    if (!mime.startsWith('image/')) {
      return { object, metadataKept: false };
    }
    const wishes = await this.deps.pictureWishes();
    const { metadata } = wishes.images;
    const { body, complete } = await withoutPrivate({ path: object.path, mime }, metadata, picture);
    this.noteKept(file, !complete, wishes);
    return {
      object: body ? await stageInstead(object, body, this.attempt) : object,
      metadataKept: !complete,
    };
  }

  /**
   * Stages sizes of a picture anew, whose original stays as it is. It waits for its turn as long as it
   * takes.
   *
   * @throws RefusedFile for a picture that cannot be decoded, or was damaged since it was stored; NoRoom for one that is too
   *   large; the signal's reason
   */
  async deriveAnew(
    file: StagedFile,
    { context, size, placeholder, isAsStored, signal }: AnewWishes
  ): Promise<{ formats: StagedFormat[]; placeholder: string | null }> {
    const { pictureWishes, pictures } = this.deps;
    const picture = await probe(file.object.path, file.mime);
    if (!picture) {
      throw brokenPicture(file);
    }
    const plan = planPicture(picture, await pictureWishes(), context);
    const formats = plan.formats.filter(({ key }) => size(key));
    const anew = { ...plan, original: null, formats, placeholder: plan.placeholder && placeholder };
    const made = await makeOf(file, (one) => pictures.renderPatiently(one, anew, signal), signal);
    if ((made.isDamaged || made.undecoded !== undefined) && !isAsStored) {
      // The sizes that it has show more than what would be made of it now.
      made.giveBack();
      throw brokenPicture(file);
    }
    const staged = await stageFormats(made, this.attempt);
    made.giveBack();
    return { formats: staged, placeholder: made.placeholder };
  }

  private async planned(file: StagedFile, plan: PicturePlan): Promise<StagedPicture> {
    const { pictures, requestSignal } = this.deps;
    const made = await makeOf(
      file,
      (picture, signal) => pictures.render(picture, plan, signal),
      requestSignal()
    );
    return stageMade({ file, plan, made }, this.attempt);
  }

  /** @throws RefusedFile where private metadata may be left, and must not */
  private noteKept(
    file: Pick<StagedFile, 'name' | 'mime'>,
    isKept: boolean,
    { images }: PictureWishes
  ): void {
    if (isKept && images.requireStripped) {
      throw metadataKept(file);
    }
    if (isKept) {
      this.deps.log.warn(
        `"${file.name}" is stored with what private metadata it may hold: none can be taken out of this ${file.mime}.`
      );
    }
  }
}
