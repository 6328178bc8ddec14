import { setTimeout } from 'node:timers/promises';
import { ShuttingDown } from '../errors';
import type { RegenerateDeps } from './regenerate-sizes';
import type { SizeChoice } from '../upload/derive/size-choice';
import type { Workload } from '../attempt/workload';
import { allOf } from '../util/parallel';
import type { AttributeSizes } from './attribute-sizes';
import { ProgressMark } from './progress-mark';
import { PAGE, type StoredImages } from './stored-images';
import { count, type FileResult, type Progress } from './progress';
import type { RegenerationRecord, Resume } from './record';
import { regenerateOne, type Task } from './regenerate-one';
import { nextTurn } from '../util/turns';

export interface RegenerateOptions extends SizeChoice {
  /** Whether the run only reports what would be done, and changes nothing. */
  dryRun: boolean;
  /** Whether to start from the first image, even if the same regeneration was interrupted. */
  restart: boolean;
  /** Number of images that are processed at the same time. All of them share the memory and the threads for images. */
  concurrency: number;
}

export interface RunDeps {
  steps: RegenerateDeps;
  workload: Workload;
  record: RegenerationRecord;
  log: { error(message: string): void; warn(message: string): void };
}

/** State at the start of a regeneration. */
export interface Beginning {
  options: RegenerateOptions;
  /** Digest of all settings that decide the result. */
  digest: string;
  /** All images up to this id are already done. */
  after: number;
  images: StoredImages;
  sizes: AttributeSizes;
  /** Called after each image. */
  onResult(result: FileResult, progress: Progress): void;
}

/** Interval in which a run checks for a request to stop and records its progress, in ms. */
const BEAT = 1000;

/** One regeneration, in the process that runs it. */
export class RegenerationRun {
  private readonly mark: ProgressMark;
  /** Stops the run. The reason of the abort is the final state. */
  private readonly stopping = new AbortController();

  constructor(
    readonly progress: Progress,
    private readonly begun: Beginning,
    private readonly deps: RunDeps
  ) {
    this.mark = new ProgressMark(begun.after);
  }

  /** Stops the run after the images that are being processed. */
  stop(state: 'stopped' | 'interrupted'): void {
    this.stopping.abort(state);
  }

  /** Runs to the end. The progress then contains the result. Throws only if the result could not be recorded. */
  async run(): Promise<void> {
    const { progress, stopping } = this;
    const tasks = this.tasks();
    const beating = new AbortController();
    const beats = this.beat(beating.signal);
    try {
      const { concurrency } = this.begun.options;
      await allOf(Array.from({ length: concurrency }, () => this.workOn(tasks)));
      progress.state = stopping.signal.aborted ? stopping.signal.reason : 'done';
    } catch (error) {
      this.deps.log.error(
        `upload: the regeneration of sizes was stopped by an error: ${String(error)}`
      );
      progress.state = 'failed';
    }
    progress.endedAt = new Date().toISOString();
    beating.abort();
    await beats;
    await this.record();
  }

  private async workOn(tasks: AsyncGenerator<Task>): Promise<void> {
    for (let next = await tasks.next(); !next.done; next = await tasks.next()) {
      const result = await this.oneOf(next.value);
      if (!result) {
        return;
      }
      this.mark.end(result.id);
      count(this.progress, result);
      this.begun.onResult(result, this.progress);
    }
  }

  /** Yields the images in the order of their ids, each with the sizes that it should have. */
  private async *tasks(): AsyncGenerator<Task> {
    const { options, images, sizes } = this.begun;
    const { derive } = this.deps.steps;
    const imageOptions = await derive.imageOptions();
    const placeholders = derive.hasPlaceholders && !derive.imageOverrides();
    let rows = await images.page(this.mark.value);
    for (let last = rows.at(-1); last; last = rows.at(-1)) {
      const own = await sizes.ofFiles(rows.map(({ id }) => id));
      for (const row of rows) {
        this.mark.begin(row.id);
        const wanted = { imageOptions, sizes: own.get(row.id) ?? {}, placeholders };
        yield { row, choice: options, wanted, dryRun: options.dryRun };
      }
      // Lets other requests run. In a later run most images need no work, so nothing else in this loop would let them
      // run.
      await nextTurn();
      rows = rows.length < PAGE ? [] : await images.page(last.id);
    }
  }

  /** Regenerates one image. Returns null if the run is to stop; the image is then unchanged. */
  private async oneOf(task: Task): Promise<FileResult | null> {
    const { signal } = this.stopping;
    const { steps, workload } = this.deps;
    try {
      workload.refuseWhileClosing();
      signal.throwIfAborted();
      return await regenerateOne(task, signal, steps);
    } catch (error) {
      if (error instanceof ShuttingDown) {
        this.stop('interrupted');
      } else if (!signal.aborted) {
        throw error;
      }
      return null;
    }
  }

  /** Records the progress and checks for a request to stop, until the run ends. */
  private async beat(over: AbortSignal): Promise<void> {
    const { record, log } = this.deps;
    for (;;) {
      await setTimeout(BEAT, undefined, { signal: over }).catch(() => {});
      if (over.aborted) {
        return;
      }
      try {
        if (await record.isToStop(this.progress.id)) {
          this.stop('stopped');
        }
        await this.record();
      } catch (error) {
        log.warn(
          `upload: the progress of the regeneration of sizes could not be recorded: ${String(error)}`
        );
      }
    }
  }

  private async record(): Promise<void> {
    const { record } = this.deps;
    const { progress } = this;
    const before = await record.read();
    if (before.progress?.id !== progress.id) {
      // This process was blocked for longer than its lease, and another process has taken over.
      this.stop('interrupted');
      return;
    }
    await record.write({ progress, resume: this.resume(before.resume) });
  }

  private resume(before: Resume | null): Resume | null {
    const { options, digest } = this.begun;
    if (!canResume(options)) {
      return before;
    }
    const { state, done, changed, failed, failures } = this.progress;
    return state === 'done'
      ? null
      : { digest, after: this.mark.value, done, changed, failed, failures };
  }
}

/**
 * Whether an interrupted regeneration can continue from its record. Only the mode `all` needs a record. In the other
 * mode the images themselves show what is done.
 */
export const canResume = ({ mode, dryRun }: RegenerateOptions): boolean =>
  mode === 'all' && !dryRun;
