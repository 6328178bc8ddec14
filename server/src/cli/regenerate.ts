import type { Core } from '@strapi/strapi';
import type { FileResult, Progress } from '../regenerate/progress';
import type { RegenerateOptions } from '../regenerate/run';
import { regenerations } from '../regenerate/regeneration';
import type { CliIo } from './io';
import { loadProject } from './load-project';
import { parseRegenerate } from './regenerate-options';
import { reporterFor, type Reporter } from './reporter';
import { UsageError } from './usage-error';

/**
 * `strapi-upload regenerate`: makes the configured sizes of the images of the project in `io.cwd`. Resolves to 0,
 * or to 1 when an image failed or the work ended early. Each failed image is printed with the reason.
 *
 * Throws UsageError for wrong options, and an error with a message for the user when the work cannot begin.
 */
export async function regenerate(args: string[], io: CliIo): Promise<number> {
  const options = parseRegenerate(args);
  const strapi = await loadProject(io.cwd);
  const reporter = reporterFor(io);
  let progress: Progress | undefined;
  try {
    progress = await run(strapi, options, reporter);
  } finally {
    reporter.end();
    // After an interruption by a signal, Strapi is already being destroyed.
    if (progress?.state !== 'interrupted') {
      await strapi.destroy();
    }
  }
  io.out(summaryOf(progress));
  return progress.state === 'done' && progress.failed === 0 ? 0 : 1;
}

async function run(
  strapi: Core.Strapi,
  options: RegenerateOptions,
  reporter: Reporter
): Promise<Progress> {
  if (!regenerations.isIn(strapi)) {
    throw new Error(
      'strapi-upload is not switched on in this project. Run: npx strapi-upload init'
    );
  }
  const regeneration = regenerations.of(strapi);
  const onResult = (result: FileResult, { done, total }: Progress) => {
    if (result.outcome === 'failed' || result.reason !== undefined) {
      reporter.say(`${nameOf(result)}: ${result.reason}`, result.outcome === 'failed');
    } else if (options.dryRun && result.outcome === 'changed') {
      reporter.say(`${nameOf(result)}: ${plannedFor(result)}`);
    }
    reporter.progress(done, total);
  };
  const others = await regeneration.countOthers();
  if (others > 0) {
    reporter.say(`${others} images of other storage providers are not changed.`);
  }
  const { ended, resumedAt } = await regeneration.start(options, onResult).catch((error: Error) => {
    throw error.name === 'ValidationError' ? new UsageError(error.message) : error;
  });
  if (resumedAt > 0) {
    reporter.say(
      `Continuing after ${resumedAt} images of an interrupted run. Use --restart to start again.`
    );
  }
  return ended;
}

const nameOf = ({ id, name }: FileResult): string => `"${name}" (id ${id})`;

const plannedFor = ({ made, removed }: FileResult): string =>
  [
    made.length > 0 ? `would make ${made.join(', ')}` : '',
    removed.length > 0 ? `would remove ${removed.join(', ')}` : '',
  ]
    .filter(Boolean)
    .join('; ');

function summaryOf({ state, dryRun, changed, done, total, failed }: Progress): string {
  const did = dryRun ? 'would be changed' : 'were changed';
  const result = `${changed} of ${done} images ${did}, ${failed} failed.`;
  return state === 'done'
    ? result
    : `The regeneration was ${STATES[state]} after ${done} of ${total} images: ${result} Run the same command again to continue.`;
}

const STATES: Record<Exclude<Progress['state'], 'done'>, string> = {
  running: 'left unfinished',
  stopped: 'stopped',
  interrupted: 'interrupted',
  failed: 'stopped by an error',
};
