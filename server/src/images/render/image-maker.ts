import { unlessAborted } from '../../util/signals';
import type { Admission } from './admission';
import { NeverRoom, NoRoom } from './fair-queue';
import { giveBack } from './memory';
import { decodedBytes, pixelsOf, plannedBytes, type ImagePlan } from '../plan/plan';
import type { Image } from '../header/probe';
import { buffersOf, type RenderedImage } from './render';
import { Undecodable, type Renderer } from './renderer';

/** An image on the local disk. */
export interface ImageFile {
  path: string;
  /** Name for log messages. */
  name: string;
  /** SHA-256 in hex, to recognise equal files; undefined if unknown. */
  sha256?: string | undefined;
}

interface ImageMakerDeps {
  renderer: Pick<Renderer, 'render' | 'check'>;
  admission: Admission;
  /** Maximum number of pixels, all frames counted. Images with more pixels are not decoded. */
  maxPixels(): number;
  log: { warn(message: string): void };
}

/** An image that is too large to be decoded, even if nothing else runs. */
export class TooManyPixels extends NeverRoom {}

/** A rendered image whose memory the caller can free explicitly. */
export interface DisposableImage extends RenderedImage {
  /**
   * Frees the memory: nothing may read the bytes any more. Without this call, the garbage collector frees the memory
   * later.
   */
  giveBack(): void;
}

/** What one caller of `render` has asked for. */
interface RenderRequest {
  file: ImageFile;
  plan: ImagePlan;
  signal: AbortSignal | undefined;
}

/** Work whose result several callers share. */
interface SharedWork {
  made: Promise<RenderedImage>;
  /** Number of callers that have not freed the result. */
  requests: number;
}

/** Renders images as memory and threads allow. Equal requests at the same time are rendered once. */
export class ImageMaker {
  private readonly running = new Map<string, SharedWork>();

  constructor(private readonly deps: ImageMakerDeps) {}

  /**
   * @param signal stops the work: no further step of it begins
   * @returns null if the image is too large, or its turn did not come in time; the log says so
   * @throws the signal's reason; Undecodable; RendererEnded
   */
  async render(
    file: ImageFile,
    plan: ImagePlan,
    signal?: AbortSignal
  ): Promise<DisposableImage | null> {
    return this.within(file, plan.image, () => this.renderInTime(file, plan, signal));
  }

  /**
   * Renders an image for a caller that can retry. Does the same as `render`, but never returns null.
   *
   * @throws NoRoom if the image is too large, or its turn did not come in time; otherwise as `render`
   */
  async renderInTime(
    file: ImageFile,
    plan: ImagePlan,
    signal?: AbortSignal
  ): Promise<DisposableImage> {
    this.refuseTooLarge(plan.image);
    return file.sha256 === undefined
      ? disposable({ made: this.make({ file, plan, signal }), requests: 1 })
      : this.once(`${file.sha256} ${JSON.stringify(plan)}`, { file, plan, signal });
  }

  /**
   * Renders an image in the background. Does the same as `render`, but waits for its turn without a limit.
   *
   * @throws NoRoom if the image is too large; otherwise as `render`
   */
  async renderPatiently(
    file: ImageFile,
    plan: ImagePlan,
    signal?: AbortSignal
  ): Promise<DisposableImage> {
    this.refuseTooLarge(plan.image);
    return disposable({ made: this.make({ file, plan, signal }, Infinity), requests: 1 });
  }

  /** Whether no image is processed or waits for its turn. */
  get isIdle(): boolean {
    return this.deps.admission.isIdle;
  }

  /** Whether an image can be decoded; true if this cannot be checked, for example because the image is too large. */
  async isSound(file: ImageFile, image: Image): Promise<boolean> {
    if (!image.isShownHere) {
      return true;
    }
    const work = () => this.deps.renderer.check(file.path, image);
    try {
      await this.within(file, image, async () => {
        this.refuseTooLarge(image);
        return this.deps.admission.admit(decodedBytes(image), work);
      });
      return true;
    } catch (error) {
      if (error instanceof Undecodable) {
        return false;
      }
      throw error;
    }
  }

  private async within<T>(file: ImageFile, image: Image, work: () => Promise<T>) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof NoRoom)) {
        throw error;
      }
      const { width, height, frames } = image;
      const size = `${width}×${height} pixels${frames > 1 ? `, ${frames} frames` : ''}`;
      const reason =
        error instanceof TooManyPixels
          ? error.message
          : `${error.message} (images.memoryBudget, images.maxWait)`;
      this.deps.log.warn(
        `upload: the image "${file.name}" (${size}) is stored as it is, without formats: ${reason}.`
      );
      return null;
    }
  }

  private refuseTooLarge(image: Image): void {
    const most = this.deps.maxPixels();
    if (pixelsOf(image) > most) {
      throw new TooManyPixels(`the image has more pixels than images.maxPixels (${most}) allows`);
    }
  }

  private async make(
    { file, plan, signal }: RenderRequest,
    maxWait?: number
  ): Promise<RenderedImage> {
    const { renderer, admission, log } = this.deps;
    const work = () => renderer.render(file.path, plan, signal);
    const made = await admission.admit(plannedBytes(plan), work, { signal, maxWait });
    if (made.undecoded) {
      log.warn(
        `upload: the image "${file.name}" is stored as it is, without formats, because it cannot be decoded: ${firstLine(made.undecoded)}.`
      );
    }
    return made;
  }

  /**
   * Renders an image once for equal requests at the same time.
   *
   * @param key equal for requests with the same result
   */
  private async once(key: string, request: RenderRequest): Promise<DisposableImage> {
    const { signal } = request;
    const same = this.running.get(key);
    if (same) {
      // This caller is counted before it waits. Otherwise another caller that frees the result meanwhile would be taken
      // for the last one.
      same.requests += 1;
      try {
        await unlessAborted(same.made, signal);
        return await disposable(same);
      } catch (error) {
        same.requests -= 1;
        signal?.throwIfAborted();
        if (error instanceof NoRoom) {
          throw error;
        }
        // The other request failed or was aborted, and its file may be gone. Start again with this request's own file.
        return this.once(key, request);
      }
    }
    const work = { made: this.make(request), requests: 1 };
    this.running.set(key, work);
    try {
      return await disposable(work);
    } finally {
      this.running.delete(key);
    }
  }
}

/** Returns the first line of a message. Messages of libvips repeat themselves in several lines. */
function firstLine(message: string): string {
  const [line = ''] = message.split('\n', 1);
  return line.trim();
}

/** The result for one caller. The memory is freed when the last caller frees its result. */
async function disposable(work: SharedWork): Promise<DisposableImage> {
  const made = await work.made;
  let isGivenBack = false;
  return {
    ...made,
    giveBack() {
      if (isGivenBack) {
        return;
      }
      isGivenBack = true;
      work.requests -= 1;
      if (work.requests === 0) {
        giveBack(buffersOf(made));
      }
    },
  };
}
