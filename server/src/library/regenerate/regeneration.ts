import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { errors } from '@strapi/utils';
import { RegenerationRuns, ShuttingDown } from '../../errors';
import { sizesWanted } from '../../images/sizes';
import type { Ledger } from '../../ingest/ledger/ledger';
import type { RemakeDeps } from '../../ingest/remake';
import type { SizeChoice } from '../../ingest/size-choice';
import type { Workload } from '../../ingest/workload';
import { allOf } from '../../parallel';
import type { UsageLookup } from '../usage/use';
import { AttributeSizes } from './attribute-sizes';
import { LowWater } from './low-water';
import { PAGE, StoredPictures } from './pictures';
import { count, newProgress, NO_COUNTS, type FileResult, type Progress } from './progress';
import type { RegenerationRecord, Resume } from './record';
import { regenerateOne, type Task } from './regenerate-one';

export interface RegenerateOptions extends SizeChoice {
  /** Tells what would be done, and changes nothing. */
  dryRun: boolean;
  /** Begins anew where one like it was interrupted. */
  restart: boolean;
  /** Pictures in work at the same time; all share the memory and the threads for pictures. */
  concurrency: number;
}

export interface RegenerationDeps {
  remake: RemakeDeps;
  ledger: Ledger;
  workload: Workload;
  models: UsageLookup;
  record: RegenerationRecord;
  log: { error(message: string): void; warn(message: string): void };
}

/** One that was begun. */
export interface Begun {
  progress: Progress;
  /** Pictures that had been done before an interruption. */
  resumedAt: number;
  /** How it stands when it has ended, however it ended. */
  ended: Promise<Progress>;
}

/** The ledger lets one at a time hold a file; no file has this id. */
const REGENERATION = 0;

/** Pause between two looks at whether it is to stop, and two records of how it stands, in ms. */
const BEAT = 1000;

/** A regeneration in this process. */
interface Run {
  progress: Progress;
  options: RegenerateOptions;
  digest: string;
  water: LowWater;
  /** Its reason is the state in which the run ends. */
  stop: AbortController;
}

/**
 * Brings stored pictures to the sizes that are configured now: from the command line, and from the
 * admin panel. One at a time runs on a database; how it stands is recorded where all instances see it.
 */
export class Regeneration {
  private current: Run | undefined;

  constructor(private readonly deps: RegenerationDeps) {}

  /**
   * Begins one, which then goes on by itself.
   *
   * @param onResult hears of each picture
   * @throws errors.ValidationError for the name of a size that is not configured
   * @throws RegenerationRuns, ShuttingDown
   */
  async start(
    options: RegenerateOptions,
    onResult: (result: FileResult, progress: Progress) => void = () => {}
  ): Promise<Begun> {
    const { ledger, record, remake, workload, models, log } = this.deps;
    workload.refuseWhileClosing();
    const sizes = new AttributeSizes(models, log);
    await this.refuseUnknown(options, sizes);
    const key = await this.takeLease();
    try {
      const digest = await this.digestOf(options, sizes);
      const { resume } = await record.read();
      const isResumed = canResume(options) && !options.restart && resume?.digest === digest;
      const { after, ...counts } = isResumed ? resume : { after: 0, ...NO_COUNTS };
      const pictures = new StoredPictures(remake.db, remake.provider);
      const progress = newProgress(options, counts, await pictures.count(after));
      const water = new LowWater(after);
      const run: Run = { progress, options, digest, water, stop: new AbortController() };
      await record.write({ progress, resume });
      this.current = run;
      const work = () => this.run(run, key, this.tasks(run, pictures, sizes), onResult);
      const ended = workload
        .run(work, () => run.stop.abort('interrupted'))
        .catch((error: unknown) => log.error(`After making sizes anew: ${String(error)}`))
        .then(() => progress);
      return { progress, resumedAt: counts.done, ended };
    } catch (error) {
      await ledger.close(key);
      throw error;
    }
  }

  /** How the last one stands, in whatever instance; null where there was none. */
  async progress(): Promise<Progress | null> {
    const { progress } = await this.deps.record.read();
    if (progress?.state !== 'running') {
      return progress;
    }
    if (this.current?.progress.id === progress.id) {
      return this.current.progress;
    }
    const until = await this.deps.ledger.heldUntil(REGENERATION);
    return (until ?? 0) > Date.now() ? progress : { ...progress, state: 'interrupted' };
  }

  /** Stops the one that runs, in whatever instance; it ends with the pictures that are in work. */
  async stop(): Promise<void> {
    const progress = await this.progress();
    if (progress?.state === 'running') {
      await this.deps.record.askToStop(progress.id);
      if (this.current?.progress.id === progress.id) {
        this.current.stop.abort('stopped');
      }
    }
  }

  /** Pictures of other storage providers, which are not touched. */
  async countOthers(): Promise<number> {
    const { db, provider } = this.deps.remake;
    return new StoredPictures(db, provider).countOthers();
  }

  /** @throws RegenerationRuns */
  private async takeLease(): Promise<string> {
    const { ledger, remake } = this.deps;
    // Recovery looks now and then, and at what belongs to the present provider.
    await ledger.endExpired(REGENERATION);
    const key = await ledger.hold(remake.provider(), REGENERATION);
    if (!key) {
      throw new RegenerationRuns(((await ledger.heldUntil(REGENERATION)) ?? 0) - Date.now());
    }
    return key;
  }

  /** Projects' own functions may make sizes of any name. */
  private async refuseUnknown({ names }: SizeChoice, sizes: AttributeSizes): Promise<void> {
    if (names === null || this.deps.remake.pictureOverrides()) {
      return;
    }
    const ofAttributes = sizes.all().map(([, own]) => own);
    const wishes = await this.deps.remake.pictureWishes();
    const known = sizesWanted(wishes, Object.assign({}, ...ofAttributes)).map(([key]) => key);
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined) {
      throw new errors.ValidationError(
        `No size "${unknown}" is configured; there are ${known.join(', ')}.`
      );
    }
  }

  /** Of all that decides what is made of a picture; not of a project's own functions. */
  private async digestOf({ mode, names }: SizeChoice, sizes: AttributeSizes): Promise<string> {
    const { remake } = this.deps;
    const wishes = await remake.pictureWishes();
    const all = [mode, names && [...names].sort(), remake.provider(), wishes, sizes.all()];
    return createHash('sha256').update(JSON.stringify(all)).digest('hex');
  }

  /** The pictures in the order of their ids, each with what is wanted of it. */
  private async *tasks(
    { options, water }: Run,
    pictures: StoredPictures,
    sizes: AttributeSizes
  ): AsyncGenerator<Task> {
    const { pictureWishes, hasPlaceholders, pictureOverrides } = this.deps.remake;
    const wishes = await pictureWishes();
    const placeholders = hasPlaceholders && !pictureOverrides();
    for (let rows = await pictures.page(water.value); rows.length > 0;) {
      const own = await sizes.ofFiles(rows.map(({ id }) => id));
      for (const row of rows) {
        water.begin(row.id);
        const wanted = { wishes, sizes: own.get(row.id) ?? {}, placeholders };
        yield { row, choice: options, wanted, dryRun: options.dryRun };
      }
      rows = rows.length < PAGE ? [] : await pictures.page(rows.at(-1)!.id);
    }
  }

  /** The state tells how it has ended; what is thrown is that this could not be recorded. */
  private async run(
    run: Run,
    lease: string,
    tasks: AsyncGenerator<Task>,
    onResult: (result: FileResult, progress: Progress) => void
  ): Promise<void> {
    const { progress, options, water, stop } = run;
    const worker = async () => {
      for (let next = await tasks.next(); !next.done; next = await tasks.next()) {
        const result = await this.oneOf(next.value, stop);
        if (!result) {
          return;
        }
        water.end(result.id);
        count(progress, result);
        onResult(result, progress);
      }
    };
    const beating = new AbortController();
    const beats = this.beat(run, beating.signal);
    try {
      await allOf(Array.from({ length: options.concurrency }, worker));
      progress.state = stop.signal.aborted ? stop.signal.reason : 'done';
    } catch (error) {
      this.deps.log.error(`The regeneration of sizes could not go on: ${String(error)}`);
      progress.state = 'failed';
    }
    progress.endedAt = new Date().toISOString();
    this.current = undefined;
    beating.abort();
    await beats;
    try {
      await this.record(run);
    } finally {
      await this.deps.ledger.close(lease);
    }
  }

  /** Null where it is to stop, and the picture is as it was. */
  private async oneOf(task: Task, stop: AbortController): Promise<FileResult | null> {
    const { remake, workload, log } = this.deps;
    try {
      workload.refuseWhileClosing();
      stop.signal.throwIfAborted();
      return await regenerateOne(task, stop.signal, remake, log);
    } catch (error) {
      if (error instanceof ShuttingDown) {
        stop.abort('interrupted');
      } else if (!stop.signal.aborted) {
        throw error;
      }
      return null;
    }
  }

  /** Records how it stands, and looks whether it is to stop, as long as it runs. */
  private async beat(run: Run, over: AbortSignal): Promise<void> {
    const { record, log } = this.deps;
    const { progress, stop } = run;
    for (;;) {
      await setTimeout(BEAT, undefined, { signal: over }).catch(() => {});
      if (over.aborted) {
        return;
      }
      try {
        if (await record.isToStop(progress.id)) {
          stop.abort('stopped');
        }
        await this.record(run);
      } catch (error) {
        log.warn(`The progress of the regeneration could not be recorded: ${String(error)}`);
      }
    }
  }

  private async record(run: Run): Promise<void> {
    const { record } = this.deps;
    const { progress, stop } = run;
    const before = await record.read();
    if (before.progress?.id !== progress.id) {
      // This process was stuck for longer than its lease, and another one has taken over.
      stop.abort('interrupted');
      return;
    }
    await record.write({ progress, resume: resumeOf(run, before.resume) });
  }
}

/** What was done is told by the pictures themselves but in this mode. */
const canResume = ({ mode, dryRun }: RegenerateOptions): boolean => mode === 'all' && !dryRun;

function resumeOf({ progress, options, digest, water }: Run, before: Resume | null): Resume | null {
  if (!canResume(options)) {
    return before;
  }
  const { done, changed, failed, failures } = progress;
  return progress.state === 'done'
    ? null
    : { digest, after: water.value, done, changed, failed, failures };
}
