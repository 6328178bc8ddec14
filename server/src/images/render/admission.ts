import os from 'node:os';
import { FairQueue, type Patience } from './fair-queue';

/** Limits for all image work of the process. */
export interface AdmissionLimits {
  /** Returns the number of bytes of memory that all images being processed may use together. */
  memoryBudget(): number;
  /** Returns the longest time that an image waits before work on it begins, in ms. */
  maxWait(): number;
  /** Number of libvips passes that may run at the same time. */
  threads: number;
}

/** How an image waits for its turn. */
export interface Wait {
  /** A signal that aborts the wait. */
  signal?: AbortSignal | undefined;
  /** Longest wait in ms; `Infinity` for background work. The default is the limit of `AdmissionLimits`. */
  maxWait?: number | undefined;
}

/** Number of bytes up to which an image counts as small, about 3 MP. Small images do not wait for large images. */
const SMALL = 16 * 2 ** 20;

/**
 * Decides when the processing of an image begins. Images begin in the order in which they arrive. An image waits until
 * the memory suffices for it, and until fewer images are being processed than are needed to keep the threads busy.
 * Small and large images have separate places, but share the memory.
 */
export class Admission {
  private readonly small: FairQueue;
  private readonly large: FairQueue;
  private readonly memory: FairQueue;

  constructor(private readonly limits: AdmissionLimits) {
    const { threads } = limits;
    // There is one place more than there are threads, so that the next image is ready while another waits for its last
    // pass.
    this.small = new FairQueue(() => threads + 1);
    this.large = new FairQueue(() => threads + 1);
    this.memory = new FairQueue(() => limits.memoryBudget());
  }

  /** Whether no image is processed or waits for its turn. */
  get isIdle(): boolean {
    return this.small.isIdle && this.large.isIdle;
  }

  /**
   * Processes one image when its turn has come. Never use the database inside `work`: a caller that waits here may hold
   * the only connection.
   *
   * @param bytes estimate of the memory that the work takes
   * @throws NoRoom if the image's turn does not come in time, or the image needs more than the whole budget
   * @throws the signal's reason if aborted before its turn
   */
  async admit<T>(
    bytes: number,
    work: () => Promise<T>,
    { signal, maxWait = this.limits.maxWait() }: Wait = {}
  ): Promise<T> {
    // Without a limit, there is no end time: `setTimeout` has no infinite delay.
    const until = maxWait === Infinity ? undefined : Date.now() + maxWait;
    const patience: Patience = { signal, until };
    const places = bytes <= SMALL ? this.small : this.large;
    return places.run(1, () => this.memory.run(bytes, work, patience), patience);
  }
}

/** Number of libuv threads that stay free for reading and writing files. */
const FOR_FILES = 1;

/**
 * How many libvips passes run at once. Each occupies a libuv thread and a processor. There is one pass more than there
 * are processors, so that no processor is idle between the end of a pass and the moment when the event loop starts the
 * next one (2 processors, 20 photos of 3 MP: a twentieth less time).
 */
export function threadsForImages(env: NodeJS.ProcessEnv): number {
  const pool = Number(env.UV_THREADPOOL_SIZE) || 4;
  return Math.max(1, Math.min(pool - FOR_FILES, os.availableParallelism() + 1));
}

/**
 * Maximum of the default memory budget. More memory does not make images faster, because only a few threads process
 * them.
 */
const MOST_BY_DEFAULT = 2 ** 30;

/** Default memory budget for images: a quarter of what the process may use. */
export function defaultMemoryBudget(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  const total = os.totalmem();
  // Without a memory limit, `constrained` is 0 or larger than any memory (cgroups version 1 and 2).
  const available = constrained > 0 && constrained < total ? constrained : total;
  return Math.min(MOST_BY_DEFAULT, Math.round(available / 4));
}
