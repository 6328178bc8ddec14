import { parseArgs } from 'node:util';
import { threadsForImages } from '../images/render/admission';
import type { RegenerateOptions } from '../regenerate/run';
import { UsageError } from './usage-error';

export const REGENERATE_SUMMARY = 'bring stored pictures to the sizes that are configured now';

/** Options for the usage text. */
export const REGENERATE_OPTIONS: Array<[option: string, meaning: string]> = [
  ['--missing', 'make the sizes that pictures should have and have not (the default)'],
  ['--all', 'make all sizes anew; remove those that are not configured any more'],
  ['--name a,b', 'only the sizes of these names; the others stay as they are'],
  ['--dry-run', 'tell what would be done to each picture, and change nothing'],
  ['--restart', 'with --all: begin anew where one was interrupted'],
  ['--concurrency n', 'pictures in work at the same time'],
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
    throw new UsageError('--missing and --all exclude each other.');
  }
  if (restart && (!all || dryRun)) {
    throw new UsageError('--restart goes with --all, without --dry-run.');
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
