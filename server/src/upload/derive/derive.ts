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
  /** The project's image options. Read for each request, since they can change. */
  imageOptions(): Promise<ImageOptions>;
  imageMaker: ImageMaker;
  /** A signal that is aborted when the client closes its connection. */
  requestSignal(): AbortSignal | undefined;
  /** Whether the content type of files has an attribute for a placeholder. */
  hasPlaceholders: boolean;
  /** The service `image-manipulation` if a project has replaced some of its functions; else null. */
  imageOverrides(): ImageManipulation | null;
  log: { warn(message: string): void };
}

/** Which outputs of a stored image are made again. */
export interface AnewOptions {
  context: PlanContext;
  /** Whether to make the size of this name. */
  size(key: string): boolean;
  placeholder: boolean;
  /** Whether the bytes are still those that were stored. If so, a fault in the image was there when it was stored. */
  isAsStored: boolean;
  /** A signal that stops the work: after the abort no new step begins. */
  signal?: AbortSignal | undefined;
}

/** Measures images and stages what is derived from them, for one attempt. */
export class Derivation {
  constructor(
    private readonly attempt: Attempt,
    private readonly deps: DeriveDeps
  ) {}

  /**
   * Measures an image and stages its formats, and the optimised original if that is smaller. For other files, and for
   * images that are too large to be decoded here, only the original is stored. The original of an image is stored
   * without its private metadata.
   *
   * @throws RefusedFile for an image that cannot be decoded, or whose private metadata cannot be removed and must be;
   *   the reason of an aborted request
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
   * Prepares the original of an image that is not processed: stages a copy without private metadata, if the image has
   * any. Other files stay as they are.
   *
   * @throws RefusedFile if private metadata must be removed and cannot be removed
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
   * Stages the sizes of an image again. The original does not change. Waits for its turn without a time limit.
   *
   * @throws RefusedFile for an image that cannot be decoded, or was damaged since it was stored; NoRoom for an
   *   image that is too large; the signal's reason
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
      // The existing sizes stay, since they show more of the image than new sizes would.
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

  /**
   * Logs that private metadata may be left in a file.
   *
   * @throws RefusedFile if the project does not allow that
   */
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
        `upload: the file "${file.name}" is stored with all private metadata that it may contain, because metadata cannot be removed from this "${file.mime}" file.`
      );
    }
  }
}
