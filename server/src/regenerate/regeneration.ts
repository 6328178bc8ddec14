import { createHash } from 'node:crypto';
import { errors } from '../util/strapi-utils';
import { RegenerationRuns } from '../errors';
import { sizesWanted } from '../images/plan/sizes';
import type { Ledger } from '../ledger/ledger';
import { part } from '../util/part';
import type { SizeChoice } from '../upload/derive/size-choice';
import type { UsageLookup } from '../usage/use';
import { AttributeSizes } from './attribute-sizes';
import { StoredImages } from './stored-images';
import { newProgress, NO_COUNTS, type FileResult, type Progress } from './progress';
import { canResume, RegenerationRun, type RegenerateOptions, type RunDeps } from './run';

export interface RegenerationDeps extends RunDeps {
  ledger: Ledger;
  models: UsageLookup;
}

export const regenerations = part<Regeneration>('regeneration');

/** A regeneration that has been started. */
export interface Begun {
  progress: Progress;
  /** Number of images that were done before an interruption. */
  resumedAt: number;
  /** Resolves to the final progress, also after a failure or a stop. */
  ended: Promise<Progress>;
}

/**
 * File id under which the ledger holds a running regeneration, so that only one runs at a time. No file has this
 * id.
 */
const REGENERATION = 0;

/**
 * Regenerates the sizes of stored images with the current configuration, from the command line and from the admin
 * panel. One regeneration at a time runs on a database. Its progress is stored where all processes see it.
 */
export class Regeneration {
  private current: RegenerationRun | undefined;

  constructor(private readonly deps: RegenerationDeps) {}

  /**
   * Starts a regeneration and does not wait for its end.
   *
   * @param onResult is called after each image
   * @throws errors.ValidationError for the name of a size that is not configured
   * @throws RegenerationRuns, ShuttingDown
   */
  async start(
    options: RegenerateOptions,
    onResult: (result: FileResult, progress: Progress) => void = () => {}
  ): Promise<Begun> {
    const { ledger, record, steps, workload, models, log } = this.deps;
    workload.refuseWhileClosing();
    const sizes = new AttributeSizes(models, log);
    await this.refuseUnknown(options, sizes);
    const key = await this.takeLease();
    try {
      const digest = await this.digestOf(options, sizes);
      const { resume } = await record.read();
      const isResumed = canResume(options) && !options.restart && resume?.digest === digest;
      const { after, ...counts } = isResumed ? resume : { after: 0, ...NO_COUNTS };
      const images = new StoredImages(steps.commit.db, steps.commit.provider);
      const progress = newProgress(options, counts, await images.count(after));
      const begun = { options, digest, after, images, sizes, onResult };
      const run = new RegenerationRun(progress, begun, this.deps);
      await record.write({ progress, resume });
      this.current = run;
      const ended = workload
        .run(
          () => this.toItsEnd(run, key),
          () => run.stop('interrupted')
        )
        .catch((error: unknown) =>
          log.error(`upload: the regeneration of sizes could not be completed: ${String(error)}`)
        )
        .then(() => progress);
      return { progress, resumedAt: counts.done, ended };
    } catch (error) {
      await ledger.close(key);
      throw error;
    }
  }

  /** Returns the progress of the last regeneration, in whichever process it runs; null if there was none. */
  async progress(): Promise<Progress | null> {
    const { progress } = await this.deps.record.read();
    if (progress?.state !== 'running') {
      return progress;
    }
    if (this.current?.progress.id === progress.id) {
      return this.current.progress;
    }
    const until = await this.deps.ledger.abandoned.heldUntil(REGENERATION);
    return (until ?? 0) > Date.now() ? progress : { ...progress, state: 'interrupted' };
  }

  /** Stops the running regeneration, in whichever process it runs. The images in work are completed. */
  async stop(): Promise<void> {
    const progress = await this.progress();
    if (progress?.state === 'running') {
      await this.deps.record.askToStop(progress.id);
      if (this.current?.progress.id === progress.id) {
        this.current.stop('stopped');
      }
    }
  }

  /** Counts the images of other storage providers, which are not touched. */
  async countOthers(): Promise<number> {
    const { db, provider } = this.deps.steps.commit;
    return new StoredImages(db, provider).countOthers();
  }

  private async toItsEnd(run: RegenerationRun, lease: string): Promise<void> {
    try {
      await run.run();
    } finally {
      this.current = undefined;
      await this.deps.ledger.close(lease);
    }
  }

  /**
   * Takes the lease of the only regeneration that may run.
   *
   * @throws RegenerationRuns
   */
  private async takeLease(): Promise<string> {
    const { ledger, steps } = this.deps;
    // Deletes the row of a dead process. Recovery does not delete such a row at once, and looks only at rows of the
    // current provider.
    await ledger.abandoned.endExpired(REGENERATION);
    const key = await ledger.hold(steps.commit.provider(), REGENERATION);
    if (!key) {
      throw new RegenerationRuns(
        ((await ledger.abandoned.heldUntil(REGENERATION)) ?? 0) - Date.now()
      );
    }
    return key;
  }

  /**
   * Checks the names of sizes. The check is skipped if a project has replaced image functions, which may make sizes of
   * any name.
   */
  private async refuseUnknown({ names }: SizeChoice, sizes: AttributeSizes): Promise<void> {
    if (names === null || this.deps.steps.derive.imageOverrides()) {
      return;
    }
    const ofAttributes = sizes.all().map(([, own]) => own);
    const imageOptions = await this.deps.steps.derive.imageOptions();
    const known = sizesWanted(imageOptions, Object.assign({}, ...ofAttributes)).map(([key]) => key);
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined) {
      throw new errors.ValidationError(
        `The size "${unknown}" is not configured. The configured sizes are ${known.join(', ')}.`
      );
    }
  }

  /** Digest of all settings that decide the result for an image. A project's own functions are not part of it. */
  private async digestOf({ mode, names }: SizeChoice, sizes: AttributeSizes): Promise<string> {
    const { steps } = this.deps;
    const imageOptions = await steps.derive.imageOptions();
    const all = [
      mode,
      names && [...names].sort(),
      steps.commit.provider(),
      imageOptions,
      sizes.all(),
    ];
    return createHash('sha256').update(JSON.stringify(all)).digest('hex');
  }
}
