import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { packageFile } from '../util/package-file';
import { APART } from '../util/threads';
import { declaredEncoding } from '../types/svg-document';

/** An SVG that cannot be sanitized. The message is the reason; it follows the words "it cannot be made safe:". */
export class UnsafeSvg extends Error {}

/** Limits of one SVG. An SVG beyond them is refused, since sanitizing it would cost too much. */
export interface SvgLimits {
  bytes: number;
  elements: number;
  /** Maximum time of work on one SVG, in ms, counted from when its turn comes. */
  time: number;
  /** Maximum memory for the worker's objects, in bytes. */
  memory: number;
}

const LIMITS: SvgLimits = { bytes: 5_000_000, elements: 20_000, time: 5000, memory: 128_000_000 };

/** Longest time until a worker has started, and the time after which an idle worker ends, both in ms. */
const STARTUP = 30_000;
const IDLE = 60_000;

/** Message to the worker: sanitize the SVG in these bytes. */
interface Question {
  bytes: Uint8Array;
  encoding: string;
  /** Maximum number of elements of the SVG. */
  elements: number;
}

/** Message from the worker. Its first message tells that it has started. */
interface Answer {
  text?: string;
  refusal?: string;
}

/**
 * Sanitizes SVGs, one at a time, in a separate thread. If an SVG takes too much time or memory, its thread is ended,
 * and only its own upload is refused. Other SVGs wait meanwhile.
 */
export class SvgSanitizer {
  private worker: Promise<Worker> | null = null;
  private thread: Worker | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private idle: AbortController | null = null;

  constructor(private readonly limits: SvgLimits = LIMITS) {}

  /** Maximum number of bytes of an SVG that is sanitized. */
  get mostBytes(): number {
    return this.limits.bytes;
  }

  /**
   * @param size number of bytes of the SVG
   * @param read reads the SVG; called when its turn has come
   * @returns the SVG in UTF-8, without scripts, event handlers, external references, entities, forms and frames
   * @throws UnsafeSvg
   */
  async sanitize(size: number, read: () => Promise<Buffer>): Promise<Buffer> {
    if (size > this.limits.bytes) {
      throw new UnsafeSvg('it is too large');
    }
    const turn = this.last.then(async () => this.ask(await read()));
    this.last = turn.catch(() => {});
    return Buffer.from(await turn, 'utf8');
  }

  /** Ends the worker. */
  async close(): Promise<void> {
    this.idle?.abort();
    const { worker } = this;
    this.worker = null;
    await (await worker?.catch(() => null))?.terminate();
  }

  private async ask(bytes: Buffer): Promise<string> {
    this.idle?.abort();
    const question = { bytes, encoding: declaredEncoding(bytes), elements: this.limits.elements };
    const answer = await this.answerTo(question);
    this.endWhenIdle();
    if (answer.text === undefined) {
      throw new UnsafeSvg(answer.refusal ?? 'it cannot be read');
    }
    return answer.text;
  }

  private async answerTo(question: Question): Promise<Answer> {
    try {
      const worker = await (this.worker ??= this.start());
      return await within(this.limits.time, 'sanitizing it takes too long', next(worker, question));
    } catch (error) {
      // The state of the thread is unknown. The next SVG gets a new thread.
      await this.close();
      throw error;
    }
  }

  private async start(): Promise<Worker> {
    const maxOldGenerationSizeMb = Math.ceil(this.limits.memory / 2 ** 20);
    const worker = new Worker(workerFile(), {
      resourceLimits: { maxOldGenerationSizeMb },
      ...APART,
    });
    worker.unref();
    // An error of a worker that nobody waits for must not end the process.
    worker
      .on('error', () => {})
      .once('exit', () => {
        this.worker = this.thread === worker ? null : this.worker;
      });
    this.thread = worker;
    try {
      await within(STARTUP, 'the sanitizer did not start in time', next(worker));
      return worker;
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  private endWhenIdle(): void {
    const idle = new AbortController();
    this.idle = idle;
    setTimeout(IDLE, undefined, { signal: idle.signal, ref: false }).then(
      () => this.close(),
      () => {}
    );
  }
}

/** Sends a question to the worker, if one is given, and returns the worker's next answer. */
function next(worker: Worker, question?: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stopWaiting = () => {
      worker.off('message', answered).off('error', failed).off('exit', ended);
    };
    const answered = (answer: Answer) => (stopWaiting(), resolve(answer));
    const failed = (error: NodeJS.ErrnoException) => {
      stopWaiting();
      const tooLarge = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      reject(tooLarge ? new UnsafeSvg('sanitizing it takes too much memory') : error);
    };
    const ended = () => (
      stopWaiting(),
      reject(new UnsafeSvg('the sanitizer stopped unexpectedly'))
    );
    worker.on('message', answered).on('error', failed).on('exit', ended);
    if (question) {
      worker.postMessage(question);
    }
  });
}

async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = setTimeout(ms, undefined, { signal: over.signal }).then(
    () => Promise.reject(new UnsafeSvg(what)),
    () => new Promise<never>(() => {})
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

/**
 * Returns the path of the worker's file. The file is not part of the build. It lies next to this package's
 * package.json.
 */
const workerFile = (): string =>
  path.join(
    path.dirname(packageFile('strapi-upload/package.json')),
    'server/workers/sanitize-svg.js'
  );
