import { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { packageFile } from '../../util/package-file';
import { APART } from '../../util/threads';
import { machineFault } from './machine-fault';
import type { ImagePlan } from '../plan/plan';
import type { Image } from '../header/probe';
import type { RenderedImage } from './render';
import type { Answer, Order, Task, ThreadData } from '../thread/messages';

/** An image that cannot be decoded. The message is that of libvips. */
export class Undecodable extends Error {
  override name = 'Undecodable';
}

/** The image thread has ended while it was processing images. As far as is known, the images are not the cause. */
export class RendererEnded extends Error {
  override name = 'RendererEnded';
}

/** A caller that waits for a result. */
interface PendingJob {
  resolve(made: RenderedImage): void;
  reject(error: unknown): void;
}

/**
 * Decodes and renders images in its own thread, which starts with the server or with the first image, and then stays.
 * In that thread, neither a database commit nor a garbage collection of the server's large heap delays the next pass. Pixel buffers
 * count towards a small heap that is collected in a few ms. All threads of the process share the libuv threads in which
 * libvips works.
 */
export class Renderer {
  private thread: Worker | null = null;
  private readonly pendingJobs = new Map<number, PendingJob>();
  private count = 0;

  /** @param passes number of libvips passes at the same time */
  constructor(private readonly passes: number) {}

  /**
   * Makes all outputs of a plan.
   *
   * @param signal when aborted, no further pass begins
   * @returns outputs in buffers of their own
   * @throws Undecodable; MachineFault; the signal's reason, once nothing reads the file any more; RendererEnded; Node's
   *   error if no thread can be started
   */
  async render(path: string, plan: ImagePlan, signal?: AbortSignal): Promise<RenderedImage> {
    return this.work({ kind: 'render', path, plan }, signal);
  }

  /**
   * Decodes the whole image. A damaged image, or one that other software may show, does not count as undecodable.
   *
   * @throws Undecodable; MachineFault; RendererEnded; Node's error if no thread can be started
   */
  async check(path: string, image: Image): Promise<void> {
    await this.work({ kind: 'check', path, image });
  }

  /**
   * Starts the thread, so that the first image does not wait for it. If it cannot be started, the first image tries it again
   * and fails with the reason.
   */
  prepare(): void {
    try {
      this.runningThread().unref();
    } catch {
      // See above.
    }
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.thread?.terminate();
  }

  private async work(task: Task, signal?: AbortSignal): Promise<RenderedImage> {
    signal?.throwIfAborted();
    const thread = this.runningThread();
    const id = (this.count += 1);
    const stop = () => thread.postMessage({ id, stop: true } satisfies Order);
    signal?.addEventListener('abort', stop, { once: true });
    // Keeps the process running while a caller waits.
    thread.ref();
    try {
      return await new Promise((resolve, reject) => {
        this.pendingJobs.set(id, { resolve, reject });
        thread.postMessage({ id, task } satisfies Order);
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw (
        (error instanceof Undecodable && (await machineFault(task.path, error.message))) || error
      );
    } finally {
      signal?.removeEventListener('abort', stop);
      this.pendingJobs.delete(id);
      if (this.pendingJobs.size === 0) {
        thread.unref();
      }
    }
  }

  private runningThread(): Worker {
    return (this.thread ??= this.start());
  }

  private start(): Worker {
    const workerData: ThreadData = {
      passes: this.passes,
      sharp: { concurrency: sharp.concurrency(), cache: cacheLimits() },
    };
    const thread = new Worker(packageFile('strapi-upload/picture-thread'), {
      workerData,
      ...APART,
    });
    let reason = 'it was stopped';
    thread.on('message', (answer: Answer) => {
      const pendingJob = this.pendingJobs.get(answer.id);
      if ('failure' in answer) {
        pendingJob?.reject(new Undecodable(answer.failure));
      } else {
        pendingJob?.resolve(answer.made);
      }
    });
    thread.on('error', (error) => (reason = String(error)));
    thread.on('messageerror', () => void thread.terminate());
    thread.on('exit', () => {
      this.thread = this.thread === thread ? null : this.thread;
      for (const { reject } of this.pendingJobs.values()) {
        reject(new RendererEnded(`The thread that processes images has ended: ${reason}.`));
      }
    });
    return thread;
  }
}

/** The limits of libvips' cache. sharp returns them, but its types do not declare them. */
function cacheLimits() {
  const told = sharp.cache() as unknown as Record<'memory' | 'files' | 'items', { max: number }>;
  return { memory: told.memory.max, files: told.files.max, items: told.items.max };
}
