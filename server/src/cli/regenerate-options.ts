import { parseArgs } from 'node:util';
import { threadsForImages } from '../images/render/admission';
import type { RegenerateOptions } from '../regenerate/run';
import { UsageError } from './usage-error';

export const REGENERATE_SUMMARY = 'make the configured sizes of images that are already stored';

/** The options of `strapi-upload regenerate` for the usage text. */
export const REGENERATE_OPTIONS: Array<[option: string, meaning: string]> = [
  ['--missing', 'make only the sizes that are missing (the default)'],
  ['--all', 'make all sizes again; remove sizes that are not configured'],
  ['--name a,b', 'make only the sizes with these names'],
  ['--dry-run', 'print what would be done to each image; change nothing'],
  ['--restart', 'with --all: start again instead of continuing an earlier run'],
  ['--concurrency n', 'number of images that are processed at the same time'],
];

const MOST_AT_ONCE = 32;

/**
 * Parses the arguments of `strapi-upload regenerate`.
 *
 * @throws UsageError
 */
export function parseRegenerate(args: string[]): RegenerateOptions {
  const { missing, all, name, 'dry-run': dryRun, restart, concurrency } = valuesOf(args);
  if (missing && all) {
    throw new UsageError('--missing and --all cannot be used together.');
  }
  if (restart && (!all || dryRun)) {
    throw new UsageError('--restart can be used only with --all and without --dry-run.');
  }
  return {
    mode: all ? 'all' : 'missing',
    names: name ? namesOf(name) : null,
    dryRun,
    restart,
    concurrency: concurrency === undefined ? atOnce() : wholeNumber(concurrency),
  };
}

function valuesOf(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        missing: { type: 'boolean', default: false },
        all: { type: 'boolean', default: false },
        name: { type: 'string', multiple: true },
        'dry-run': { type: 'boolean', default: false },
        restart: { type: 'boolean', default: false },
        concurrency: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function namesOf(given: string[]): string[] {
  const names = given.flatMap((list) => list.split(',')).map((name) => name.trim());
  if (names.includes('')) {
    throw new UsageError('--name takes names of sizes, such as --name large,small.');
  }
  return [...new Set(names)];
}

function wholeNumber(given: string): number {
  const number = /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (number < 1 || number > MOST_AT_ONCE) {
    throw new UsageError(`--concurrency takes a whole number from 1 to ${MOST_AT_ONCE}.`);
  }
  return number;
}

/**
 * Default number of images at once: one more than there are threads, so that an image is ready while another one
 * waits for the disk.
 */
const atOnce = (): number => threadsForImages(process.env) + 1;
