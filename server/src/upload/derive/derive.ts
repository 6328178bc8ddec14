import { brokenImage, metadataKept } from '../../errors';
import {
  isProcessed,
  mustBeImage,
  probe,
  uprightSize,
  type Image,
} from '../../images/header/probe';
import { planImage, type ImagePlan, type PlanContext } from '../../images/plan/plan';
import type { ImageOptions } from '../../images/plan/sizes';
import { withoutPrivate } from '../../images/render/original';
import type { ImageMaker } from '../../images/render/image-maker';
import type { Attempt } from '../../attempt/attempt';
import type { ImageManipulation } from '../../images/overrides/manipulation';
import type { StagedFile } from '../stage/staged-file';
import type { DerivedFile, StagedFormat, StagedImage } from './derived-file';
import type { StartedFile } from './started-file';
import { makeOf, stageFormats, stageInstead, stageMade } from './stage-made';

export interface DeriveDeps {
  /** What the project wants to be made of images; read for each request, since it can change. */
  imageOptions(): Promise<ImageOptions>;
  imageMaker: ImageMaker;
  /** Aborted when the client that asked is gone. */
  requestSignal(): AbortSignal | undefined;
  /** Whether files have a column for a placeholder. */
  hasPlaceholders: boolean;
  /** The service `image-manipulation` where a project has put functions of its own into it. */
  imageOverrides(): ImageManipulation | null;
  log: { warn(message: string): void };
}

/** Which outputs of an image that is stored already are made anew. */
export interface AnewOptions {
  context: PlanContext;
  /** Whether a size is made, by its name. */
  size(key: string): boolean;
  placeholder: boolean;
  /** Whether its bytes are those that were stored: what is wrong with them was so then. */
  isAsStored: boolean;
  /** Stops the work: nothing further of it is begun. */
  signal?: AbortSignal | undefined;
}

/** Measures images, and stages what is made of them, for one attempt. */
export class Derivation {
  constructor(
    private readonly attempt: Attempt,
    private readonly deps: DeriveDeps
  ) {}

  /**
   * Measures an image and stages what is made of it: the optimised original where that is smaller,
   * and its formats. Other files pass through, images without their private metadata; so do images that are too large to be
   * decoded here.
   *
   * @throws RefusedFile for an image that cannot be decoded, or whose private metadata stay where they may not; the reason of an aborted request
   */
  async derive(sent: StartedFile, context: PlanContext): Promise<DerivedFile> {
    const { headStart, ...file } = sent;
    const started = await headStart;
    const image = started ? started.image : await probe(file.object.path, file.mime);
    if (!image && mustBeImage(file.mime)) {
      throw brokenImage(file);
    }
    if (!image || !isProcessed(file.mime)) {
      const { width = null, height = null } = image ? uprightSize(image) : {};
      const stored = await this.withoutMetadata(file, image);
      return { ...file, ...stored, width, height, formats: null, placeholder: null };
    }
    const options = started?.options ?? (await this.deps.imageOptions());
    const plan = planImage(image, options, context);
    const { original, formats, placeholder, metadataKept } =
      (await started?.take(plan, this.attempt)) ?? (await this.planned(file, plan));
    this.noteKept(file, metadataKept, options);
    if (original) {
      await this.attempt.drop(file.object);
    }
    return {
      ...{ ...file, object: original ?? file.object, ...uprightSize(image) },
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
    image: Image | null
  ): Promise<Pick<DerivedFile, 'object' | 'metadataKept'>> {
    const { object, mime } = file;
    if (!mime.startsWith('image/')) {
      return { object, metadataKept: false };
    }
    const options = await this.deps.imageOptions();
    const { metadata } = options.images;
    const { body, complete } = await withoutPrivate({ path: object.path, mime }, metadata, image);
    this.noteKept(file, !complete, options);
    return {
      object: body ? await stageInstead(object, body, this.attempt) : object,
      metadataKept: !complete,
    };
  }

  /**
   * Stages sizes of an image anew, whose original stays as it is. It waits for its turn as long as it
   * takes.
   *
   * @throws RefusedFile for an image that cannot be decoded, or was damaged since it was stored; NoRoom for one that is too
   *   large; the signal's reason
   */
  async deriveAnew(
    file: StagedFile,
    { context, size, placeholder, isAsStored, signal }: AnewOptions
  ): Promise<{ formats: StagedFormat[]; placeholder: string | null }> {
    const { imageOptions, imageMaker } = this.deps;
    const image = await probe(file.object.path, file.mime);
    if (!image) {
      throw brokenImage(file);
    }
    const plan = planImage(image, await imageOptions(), context);
    const formats = plan.formats.filter(({ key }) => size(key));
    const anew = { ...plan, original: null, formats, placeholder: plan.placeholder && placeholder };
    const made = await makeOf(file, (one) => imageMaker.renderPatiently(one, anew, signal), signal);
    if ((made.isDamaged || made.undecoded !== undefined) && !isAsStored) {
      // The sizes that it has show more than what would be made of it now.
      made.giveBack();
      throw brokenImage(file);
    }
    const staged = await stageFormats(made, this.attempt);
    made.giveBack();
    return { formats: staged, placeholder: made.placeholder };
  }

  private async planned(file: StagedFile, plan: ImagePlan): Promise<StagedImage> {
    const { imageMaker, requestSignal } = this.deps;
    const made = await makeOf(
      file,
      (image, signal) => imageMaker.render(image, plan, signal),
      requestSignal()
    );
    return stageMade({ file, plan, made }, this.attempt);
  }

  /** @throws RefusedFile where private metadata may be left, and must not */
  private noteKept(
    file: Pick<StagedFile, 'name' | 'mime'>,
    isKept: boolean,
    { images }: ImageOptions
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
