import { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { packageFile } from '../../util/package-file';
import { APART } from '../../util/threads';
import { machineFault } from './machine-fault';
import type { ImagePlan } from '../plan/plan';
import type { Image } from '../header/probe';
import type { RenderedImage } from './render';
import type { Answer, Order, Task, ThreadData } from '../thread/messages';

/** An image that cannot be decoded; the message is libvips'. */
export class Undecodable extends Error {
  override name = 'Undecodable';
}

/** The thread for images has ended with images in work: not their fault, as far as is known. */
export class RendererEnded extends Error {
  override name = 'RendererEnded';
}

/** Somebody who waits for an answer. */
interface PendingJob {
  resolve(made: RenderedImage): void;
  reject(error: unknown): void;
}

/**
 * Decodes and renders images in a thread of its own, which begins with the first of them and stays. There neither
 * a database's commit nor the collection of a server's large heap comes between two passes, and the memory
 * of pixels burdens a heap that is collected in a few ms. All threads of the process share those of libuv, in
 * which libvips works.
 */
export class Renderer {
  private thread: Worker | null = null;
  private readonly pendingJobs = new Map<number, PendingJob>();
  private count = 0;

  /** @param passes of libvips at the same time */
  constructor(private readonly passes: number) {}

  /**
   * Makes all outputs of a plan.
   *
   * @param signal no further pass is begun when it is aborted
   * @returns in memory of its own
   * @throws Undecodable; MachineFault; the signal's reason, when nothing reads the file any more; RendererEnded; what Node
   *   throws where no thread can be begun
   */
  async render(path: string, plan: ImagePlan, signal?: AbortSignal): Promise<RenderedImage> {
    return this.work({ kind: 'render', path, plan }, signal);
  }

  /**
   * Decodes all of an image. One that is damaged, or that others may show, is none that cannot be decoded.
   *
   * @throws Undecodable; MachineFault; RendererEnded; what Node throws where no thread can be begun
   */
  async check(path: string, image: Image): Promise<void> {
    await this.work({ kind: 'check', path, image });
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.thread?.terminate();
  }

  private async work(task: Task, signal?: AbortSignal): Promise<RenderedImage> {
    signal?.throwIfAborted();
    const thread = (this.thread ??= this.start());
    const id = (this.count += 1);
    const stop = () => thread.postMessage({ id, stop: true } satisfies Order);
    signal?.addEventListener('abort', stop, { once: true });
    // The process stays as long as somebody waits.
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

  private start(): Worker {
    const workerData: ThreadData = {
      passes: this.passes,
      sharp: { concurrency: sharp.concurrency(), cache: cacheLimits() },
    };
    const thread = new Worker(packageFile('strapi-upload/picture-thread'), {
      workerData,
      ...APART,
    });
    let reason = 'it was ended';
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
        reject(new RendererEnded(`The thread for pictures has ended: ${reason}.`));
      }
    });
    return thread;
  }
}

/** The limits of libvips' cache, which sharp tells and its types do not. */
function cacheLimits() {
  const told = sharp.cache() as unknown as Record<'memory' | 'files' | 'items', { max: number }>;
  return { memory: told.memory.max, files: told.files.max, items: told.items.max };
}
