import { Worker } from 'node:worker_threads';
import type { PicturePlan } from './plan';
import type { RenderedPicture } from './render';
import type { Answer, Order, ThreadData } from './thread/messages';

/** The thread for pictures has ended with pictures in work: not their fault, as far as is known. */
export class RendererEnded extends Error {
  override name = 'RendererEnded';
}

/** Somebody who waits for a picture. */
interface Asker {
  resolve(made: RenderedPicture): void;
  reject(error: unknown): void;
}

/**
 * Renders pictures in a thread of its own, which begins with the first of them. There neither a database's
 * commit nor the collection of a server's large heap comes between two passes, and the memory of
 * pixels burdens a heap that is collected in a few ms. All threads of the process share those of libuv, in
 * which libvips works.
 */
export class Renderer {
  private thread: Worker | null = null;
  private readonly askers = new Map<number, Asker>();
  private count = 0;

  /** @param data what the thread is given */
  constructor(private readonly data: ThreadData) {}

  /**
   * Makes all outputs of a plan.
   *
   * @param signal no further pass is begun when it is aborted
   * @returns in memory of its own
   * @throws Error for a picture that cannot be decoded; the signal's reason, when nothing reads the file any
   *   more; RendererEnded
   */
  async render(path: string, plan: PicturePlan, signal?: AbortSignal): Promise<RenderedPicture> {
    signal?.throwIfAborted();
    const thread = (this.thread ??= this.start());
    const id = (this.count += 1);
    const stop = () => thread.postMessage({ id, stop: true } satisfies Order);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      return await this.ask(thread, { id, path, plan });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.thread?.terminate();
  }

  private async ask(thread: Worker, order: Order): Promise<RenderedPicture> {
    // The process stays as long as somebody waits.
    thread.ref();
    try {
      return await new Promise((resolve, reject) => {
        this.askers.set(order.id, { resolve, reject });
        thread.postMessage(order);
      });
    } finally {
      this.askers.delete(order.id);
      if (this.askers.size === 0) {
        thread.unref();
      }
    }
  }

  private start(): Worker {
    const file = require.resolve('strapi-upload/picture-thread');
    const thread = new Worker(file, { workerData: this.data });
    let reason = 'it was ended';
    thread.on('message', (answer: Answer) => {
      const asker = this.askers.get(answer.id);
      if ('made' in answer) {
        asker?.resolve(answer.made);
      } else {
        asker?.reject(new Error(answer.failure));
      }
    });
    thread.on('error', (error) => (reason = String(error)));
    thread.on('messageerror', () => void thread.terminate());
    thread.on('exit', () => {
      this.thread = this.thread === thread ? null : this.thread;
      for (const { reject } of this.askers.values()) {
        reject(new RendererEnded(`The thread for pictures has ended: ${reason}.`));
      }
    });
    return thread;
  }
}
