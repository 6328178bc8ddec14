import os from 'node:os';
import { FairQueue, type Patience } from './fair-queue';

/** Bounds of all image work of the process. */
export interface AdmissionLimits {
  /** Bytes that all images in work may take together. */
  memoryBudget(): number;
  /** Longest wait of an image before it is begun, in ms. */
  maxWait(): number;
  /** Passes of libvips at the same time. */
  threads: number;
}

/** How long an image waits for its turn. */
export interface Wait {
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
  /** In ms, `Infinity` for what has all the time there is; by default as the limits say. */
  maxWait?: number | undefined;
}

/** Images of up to this many bytes, some 3 MP, do not wait for large ones to end. */
const SMALL = 16 * 2 ** 20;

/**
 * Lets images in as memory allows, in order, and no more of them than keep the threads busy. Small ones have
 * places of their own beside the large ones; all share the memory.
 */
export class Admission {
  private readonly small: FairQueue;
  private readonly large: FairQueue;
  private readonly memory: FairQueue;

  constructor(private readonly limits: AdmissionLimits) {
    const { threads } = limits;
    // One more than there are threads, so that one is ready when another waits for its last pass.
    this.small = new FairQueue(() => threads + 1);
    this.large = new FairQueue(() => threads + 1);
    this.memory = new FairQueue(() => limits.memoryBudget());
  }

  /**
   * Works on one image when its turn has come. Database work has no place inside: whoever waits
   * here may hold the only connection.
   *
   * @param bytes what it is estimated to take
   * @throws NoRoom when its turn does not come in time, or it is larger than the whole budget
   * @throws the signal's reason, when its turn has not come yet
   */
  async admit<T>(
    bytes: number,
    work: () => Promise<T>,
    { signal, maxWait = this.limits.maxWait() }: Wait = {}
  ): Promise<T> {
    // A timer knows no infinity.
    const until = maxWait === Infinity ? undefined : Date.now() + maxWait;
    const patience: Patience = { signal, until };
    const places = bytes <= SMALL ? this.small : this.large;
    return places.run(1, () => this.memory.run(bytes, work, patience), patience);
  }
}

/** Threads of libuv that stay free for reading and writing files. */
const FOR_FILES = 1;

/**
 * How many passes of libvips run at once: each holds a thread of libuv, and a processor. One more than
 * there are processors, so that none is idle between the end of a pass and the event loop's word for
 * the next one (2 processors, 20 photos of 3 MP: a twentieth less time).
 */
export function threadsForImages(env: NodeJS.ProcessEnv): number {
  const pool = Number(env.UV_THREADPOOL_SIZE) || 4;
  return Math.max(1, Math.min(pool - FOR_FILES, os.availableParallelism() + 1));
}

/** More memory does not make images faster: the threads that work on them are few. */
const MOST_BY_DEFAULT = 2 ** 30;

/** Memory for images where the project names none: a quarter of what the process may have. */
export function defaultMemoryBudget(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  const total = os.totalmem();
  // Without a limit it is 0 or a number larger than any memory (cgroups version 1 and 2).
  const available = constrained > 0 && constrained < total ? constrained : total;
  return Math.min(MOST_BY_DEFAULT, Math.round(available / 4));
}
