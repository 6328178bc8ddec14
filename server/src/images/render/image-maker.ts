import { unlessAborted } from '../../util/signals';
import type { Admission } from './admission';
import { NoRoom } from './fair-queue';
import { giveBack } from './memory';
import { decodedBytes, pixelsOf, type ImagePlan } from '../plan/plan';
import type { Image } from '../header/probe';
import { buffersOf, type RenderedImage } from './render';
import { Undecodable, type Renderer } from './renderer';

/** An image on the local disk. */
export interface ImageFile {
  path: string;
  /** As people know it. */
  name: string;
  /** Tells that two are the same, in hex; undefined where nobody knows. */
  sha256?: string | undefined;
}

interface ImageMakerDeps {
  renderer: Pick<Renderer, 'render' | 'check'>;
  admission: Admission;
  /** Images of more pixels, frames counted, are not decoded. */
  maxPixels(): number;
  log: { warn(message: string): void };
}

/** An image that is not decoded here, whatever room there is. */
export class TooManyPixels extends NoRoom {}

/** What was made of an image, in memory that is given back by hand. */
export interface DisposableImage extends RenderedImage {
  /**
   * Tells that nothing reads it any more: its bytes are gone then. What is never given back is left to the garbage
   * collector.
   */
  giveBack(): void;
}

/** What one of those who ask wants. */
interface RenderRequest {
  file: ImageFile;
  plan: ImagePlan;
  signal: AbortSignal | undefined;
}

/** Work whose result several have asked for. */
interface SharedWork {
  made: Promise<RenderedImage>;
  /** How many of them have not given it back. */
  requests: number;
}

/** Makes what is wanted of images, as memory and threads allow; the same thing once at a time. */
export class ImageMaker {
  private readonly running = new Map<string, SharedWork>();

  constructor(private readonly deps: ImageMakerDeps) {}

  /**
   * @param signal stops the work: nothing further of it is begun
   * @returns null for an image that is too large, or whose turn did not come; the log says so
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
   * The same for those who can ask again.
   *
   * @throws NoRoom instead of the null; else as `render` does
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
   * The same in the background: it waits for its turn as long as it takes.
   *
   * @throws NoRoom for an image that is too large; else as `render` does
   */
  async renderPatiently(
    file: ImageFile,
    plan: ImagePlan,
    signal?: AbortSignal
  ): Promise<DisposableImage> {
    this.refuseTooLarge(plan.image);
    return disposable({ made: this.make({ file, plan, signal }, Infinity), requests: 1 });
  }

  /** Whether an image can be seen, as far as can be told; true for one that is too large to be tried. */
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
      const size = `${width}×${height}${frames > 1 ? `, ${frames} frames` : ''}`;
      const reason =
        error instanceof TooManyPixels
          ? error.message
          : `${error.message} (images.memoryBudget, images.maxWait)`;
      this.deps.log.warn(
        `"${file.name}" (${size}) is stored as it is, without formats: ${reason}.`
      );
      return null;
    }
  }

  private refuseTooLarge(image: Image): void {
    const most = this.deps.maxPixels();
    if (pixelsOf(image) > most) {
      throw new TooManyPixels(`images.maxPixels is ${most}`);
    }
  }

  private async make(
    { file, plan, signal }: RenderRequest,
    maxWait?: number
  ): Promise<RenderedImage> {
    const { renderer, admission, log } = this.deps;
    const work = () => renderer.render(file.path, plan, signal);
    const made = await admission.admit(decodedBytes(plan.image), work, { signal, maxWait });
    if (made.undecoded) {
      log.warn(`"${file.name}" is stored as it is, without formats: ${firstLine(made.undecoded)}.`);
    }
    return made;
  }

  /** @param key the same for what gives the same result */
  private async once(key: string, request: RenderRequest): Promise<DisposableImage> {
    const { signal } = request;
    const same = this.running.get(key);
    if (same) {
      // Counted before the wait: who gives it back meanwhile is not the last one.
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
        // It was the other request that failed or went away, and its file with it.
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

/** libvips repeats itself. */
function firstLine(message: string): string {
  const [line = ''] = message.split('\n', 1);
  return line.trim();
}

/** For one of those who asked; the last one who gives it back gives its memory back. */
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
