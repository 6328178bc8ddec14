import { unlessAborted } from '../../util/signals';
import type { Admission } from './admission';
import { NoRoom } from './fair-queue';
import { giveBack } from './memory';
import { decodedBytes, pixelsOf, type PicturePlan } from '../plan/plan';
import type { Picture } from '../header/probe';
import { buffersOf, type RenderedPicture } from './render';
import { Undecodable, type Renderer } from './renderer';

/** A picture on the local disk. */
export interface PictureFile {
  path: string;
  /** As people know it. */
  name: string;
  /** Tells that two are the same, in hex; undefined where nobody knows. */
  sha256?: string | undefined;
}

interface PicturesDeps {
  renderer: Pick<Renderer, 'render' | 'check'>;
  admission: Admission;
  /** Pictures of more pixels, frames counted, are not decoded. */
  maxPixels(): number;
  log: { warn(message: string): void };
}

/** A picture that is not decoded here, whatever room there is. */
export class TooManyPixels extends NoRoom {}

/** What was made of a picture, in memory that is given back by hand. */
export interface LentPicture extends RenderedPicture {
  /**
   * Tells that nothing reads it any more: its bytes are gone then. What is never given back is left to the garbage
   * collector.
   */
  giveBack(): void;
}

/** What one of those who ask wants. */
interface RenderRequest {
  file: PictureFile;
  plan: PicturePlan;
  signal: AbortSignal | undefined;
}

/** Work whose result several have asked for. */
interface SharedWork {
  made: Promise<RenderedPicture>;
  /** How many of them have not given it back. */
  askers: number;
}

/** Makes what is wanted of pictures, as memory and threads allow; the same thing once at a time. */
export class Pictures {
  private readonly running = new Map<string, SharedWork>();

  constructor(private readonly deps: PicturesDeps) {}

  /**
   * @param signal stops the work: nothing further of it is begun
   * @returns null for a picture that is too large, or whose turn did not come; the log says so
   * @throws the signal's reason; Undecodable; RendererEnded
   */
  async render(
    file: PictureFile,
    plan: PicturePlan,
    signal?: AbortSignal
  ): Promise<LentPicture | null> {
    return this.within(file, plan.picture, () => this.renderInTime(file, plan, signal));
  }

  /**
   * The same for those who can ask again.
   *
   * @throws NoRoom instead of the null; else as `render` does
   */
  async renderInTime(
    file: PictureFile,
    plan: PicturePlan,
    signal?: AbortSignal
  ): Promise<LentPicture> {
    this.refuseTooLarge(plan.picture);
    return file.sha256 === undefined
      ? lent({ made: this.make({ file, plan, signal }), askers: 1 })
      : this.once(`${file.sha256} ${JSON.stringify(plan)}`, { file, plan, signal });
  }

  /**
   * The same in the background: it waits for its turn as long as it takes.
   *
   * @throws NoRoom for a picture that is too large; else as `render` does
   */
  async renderPatiently(
    file: PictureFile,
    plan: PicturePlan,
    signal?: AbortSignal
  ): Promise<LentPicture> {
    this.refuseTooLarge(plan.picture);
    return lent({ made: this.make({ file, plan, signal }, Infinity), askers: 1 });
  }

  /** Whether a picture can be seen, as far as can be told; true for one that is too large to be tried. */
  async isSound(file: PictureFile, picture: Picture): Promise<boolean> {
    if (!picture.isShownHere) {
      return true;
    }
    const work = () => this.deps.renderer.check(file.path, picture);
    try {
      await this.within(file, picture, async () => {
        this.refuseTooLarge(picture);
        return this.deps.admission.admit(decodedBytes(picture), work);
      });
      return true;
    } catch (error) {
      if (error instanceof Undecodable) {
        return false;
      }
      throw error;
    }
  }

  private async within<T>(file: PictureFile, picture: Picture, work: () => Promise<T>) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof NoRoom)) {
        throw error;
      }
      const { width, height, frames } = picture;
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

  private refuseTooLarge(picture: Picture): void {
    const most = this.deps.maxPixels();
    if (pixelsOf(picture) > most) {
      throw new TooManyPixels(`images.maxPixels is ${most}`);
    }
  }

  private async make(
    { file, plan, signal }: RenderRequest,
    maxWait?: number
  ): Promise<RenderedPicture> {
    const { renderer, admission, log } = this.deps;
    const work = () => renderer.render(file.path, plan, signal);
    const made = await admission.admit(decodedBytes(plan.picture), work, { signal, maxWait });
    if (made.undecoded) {
      log.warn(`"${file.name}" is stored as it is, without formats: ${firstLine(made.undecoded)}.`);
    }
    return made;
  }

  /** @param key the same for what gives the same result */
  private async once(key: string, request: RenderRequest): Promise<LentPicture> {
    const { signal } = request;
    const same = this.running.get(key);
    if (same) {
      // Counted before the wait: who gives it back meanwhile is not the last one.
      same.askers += 1;
      try {
        await unlessAborted(same.made, signal);
        return await lent(same);
      } catch (error) {
        same.askers -= 1;
        signal?.throwIfAborted();
        if (error instanceof NoRoom) {
          throw error;
        }
        // It was the other request that failed or went away, and its file with it.
        return this.once(key, request);
      }
    }
    const work = { made: this.make(request), askers: 1 };
    this.running.set(key, work);
    try {
      return await lent(work);
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
async function lent(work: SharedWork): Promise<LentPicture> {
  const made = await work.made;
  let isGivenBack = false;
  return {
    ...made,
    giveBack() {
      if (isGivenBack) {
        return;
      }
      isGivenBack = true;
      work.askers -= 1;
      if (work.askers === 0) {
        giveBack(buffersOf(made));
      }
    },
  };
}
