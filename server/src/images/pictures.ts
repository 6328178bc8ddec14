import type { Admission } from './admission';
import { NoRoom } from './fair-queue';
import { decodedBytes, pixelsOf, type PicturePlan } from './plan';
import type { Picture } from './probe';
import { open, renderPicture, type RenderedPicture } from './render';

/** A picture on the local disk. */
export interface PictureFile {
  path: string;
  /** As people know it. */
  name: string;
  /** Tells that two are the same, in hex; undefined where nobody knows. */
  sha256?: string | undefined;
}

interface PicturesDeps {
  admission: Admission;
  /** Pictures of more pixels, frames counted, are not decoded. */
  maxPixels(): number;
  log: { warn(message: string): void };
}

/** Makes what is wanted of pictures, as memory and threads allow; the same thing once at a time. */
export class Pictures {
  private readonly running = new Map<string, Promise<RenderedPicture>>();

  constructor(private readonly deps: PicturesDeps) {}

  /**
   * @param signal stops the work: nothing further of it is begun
   * @returns null for a picture that is too large, or whose turn did not come; the log says so
   * @throws the signal's reason; sharp's error for a picture that cannot be decoded
   */
  async render(
    file: PictureFile,
    plan: PicturePlan,
    signal?: AbortSignal
  ): Promise<RenderedPicture | null> {
    return this.within(file, plan.picture, () =>
      file.sha256 === undefined
        ? this.make(file, plan, signal)
        : this.once(`${file.sha256} ${JSON.stringify(plan)}`, file, plan, signal)
    );
  }

  /** Whether all of a picture can be decoded; true for one that is too large to be tried. */
  async isSound(file: PictureFile, picture: Picture): Promise<boolean> {
    const work = () => open(file.path, picture.isAnimated).stats();
    try {
      await this.within(file, picture, () =>
        this.deps.admission.admit(decodedBytes(picture), undefined, (pass) => pass(work))
      );
      return true;
    } catch {
      return false;
    }
  }

  private async within<T>(file: PictureFile, picture: Picture, work: () => Promise<T>) {
    const { maxPixels, log } = this.deps;
    const withoutFormats = (reason: string) => {
      const { width, height, frames } = picture;
      const size = `${width}×${height}${frames > 1 ? `, ${frames} frames` : ''}`;
      log.warn(`"${file.name}" (${size}) is stored as it is, without formats: ${reason}.`);
      return null;
    };
    if (pixelsOf(picture) > maxPixels()) {
      return withoutFormats(`images.maxPixels is ${maxPixels()}`);
    }
    try {
      return await work();
    } catch (error) {
      if (error instanceof NoRoom) {
        return withoutFormats(`${error.message} (images.memoryBudget, images.maxWait)`);
      }
      throw error;
    }
  }

  private make(file: PictureFile, plan: PicturePlan, signal: AbortSignal | undefined) {
    return this.deps.admission.admit(decodedBytes(plan.picture), signal, (pass) =>
      renderPicture(file.path, plan, pass)
    );
  }

  private async once(
    key: string,
    file: PictureFile,
    plan: PicturePlan,
    signal: AbortSignal | undefined
  ): Promise<RenderedPicture> {
    const same = this.running.get(key);
    if (same) {
      try {
        return await same;
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof NoRoom) {
          throw error;
        }
        // It was the other request that failed or went away, and its file with it.
        return this.once(key, file, plan, signal);
      }
    }
    const made = this.make(file, plan, signal);
    this.running.set(key, made);
    try {
      return await made;
    } finally {
      this.running.delete(key);
    }
  }
}
