import { constants, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { allOf } from '../../util/parallel';
import { codeOf, ignoreMissing, removeFile } from '../../storage/disk';

/** A file of a form as koa-body describes it. */
interface FormFile {
  filepath?: unknown;
}

/** What koa-body calls a temporary file: a cuid2 of 25 characters (formidable 2.1.5), before that as many hex digits. */
const NAME = /^(?:[a-z][0-9a-z]{24}|[0-9a-f]{25})(?:\.[0-9a-z]+)?$/;

/** How old a file is that a dead process must have left, in ms. */
const AGE = 24 * 60 * 60 * 1000;

/** How often, and how often at most, a file is looked at again that is in use still. */
const PAUSE = 10_000;
const LOOKS = 360;

/** Paths of the temporary files that koa-body has made for a request, in whichever fields. */
export function temporaryFiles(files: unknown): string[] {
  const all = Object.values((files ?? {}) as Record<string, FormFile | FormFile[]>).flat();
  return all
    .map(({ filepath }) => filepath)
    .filter((file): file is string => typeof file === 'string' && NAME.test(path.basename(file)));
}

/**
 * Removes temporary files of a request. What the project's code has moved is not there any more; what it has open for reading
 * still, as work in the background does, stays until it is closed.
 *
 * @throws whatever the file system throws
 */
export async function removeUnused(files: readonly string[], looks = LOOKS): Promise<void> {
  const located = await Promise.all(
    files.map(async (file) => ({ file, real: await realPathOf(file) }))
  );
  const open = openAmong(new Set(located.map(({ real }) => real)));
  const used = located.filter(({ real }) => open.has(real)).map(({ file }) => file);
  await allOf(files.filter((file) => !used.includes(file)).map((file) => removeFile(file)));
  if (used.length > 0 && looks > 1) {
    setTimeout(() => void removeUnused(used, looks - 1).catch(() => {}), PAUSE).unref();
  }
}

/** The system names open files without symbolic links, which the folder for temporary files may be behind. */
const realPathOf = async (file: string): Promise<string> => realpath(file).catch(() => file);

const DESCRIPTORS = '/proc/self/fd';
const FLAGS = '/proc/self/fdinfo';
const ACCESS_MODE = 3;

/**
 * Which of some files this process has open, other than for writing alone; none where the system does not tell (Linux does). At
 * once, since these links are no disk's: 50 take half a millisecond, through the thread pool eight times as much.
 *
 * @param files their paths without symbolic links
 */
function openAmong(files: ReadonlySet<string>): Set<string> {
  try {
    const descriptors = readdirSync(DESCRIPTORS).map((name) => ({ name, file: targetOf(name) }));
    return new Set(
      descriptors
        .filter(({ name, file }) => files.has(file) && !writesOnly(name))
        .map(({ file }) => file)
    );
  } catch {
    return new Set();
  }
}

/** A descriptor may be closed meanwhile. */
function targetOf(descriptor: string): string {
  try {
    return readlinkSync(path.join(DESCRIPTORS, descriptor));
  } catch {
    return '';
  }
}

/**
 * Whether a descriptor is koa-body's own: it goes on as soon as all is written, and a slow disk closes the file later. The flags
 * are octal, and the last two bits are the access mode (proc(5), open(2)).
 */
function writesOnly(descriptor: string): boolean {
  try {
    const told = readFileSync(path.join(FLAGS, descriptor), 'latin1');
    const flags = parseInt(/^flags:\s*([0-7]+)$/m.exec(told)?.[1] ?? '0', 8);
    return (flags & ACCESS_MODE) === constants.O_WRONLY;
  } catch (error) {
    // It was closed meanwhile; of what the system does not tell the file is taken for used.
    return codeOf(error) === 'ENOENT';
  }
}

/** Between two looks at the folder, in which others may have any number of files; in ms. */
const SWEEP_PAUSE = 60 * 60 * 1000;

/**
 * Makes a function that sweeps a folder ({@link sweepTemporaryFiles}) when it is called, once an hour at most.
 *
 * @param folder null where there is nothing to sweep
 */
export function sweeperOf(folder: () => string | null, now = Date.now): () => Promise<void> {
  let next = 0;
  return async () => {
    const current = folder();
    if (current !== null && now() >= next) {
      next = now() + SWEEP_PAUSE;
      await sweepTemporaryFiles(current, now());
    }
  };
}

/**
 * Removes what processes of this user have left of forms in a folder when they died: files with koa-body's names that
 * nobody has changed for a day.
 */
export async function sweepTemporaryFiles(folder: string, now = Date.now()): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => NAME.test(one))) {
    const file = path.join(folder, name);
    const stats = await lstat(file).catch(ignoreMissing);
    const isOwn = process.getuid === undefined || stats?.uid === process.getuid();
    if (stats?.isFile() && isOwn && stats.mtimeMs < now - AGE) {
      await removeFile(file);
    }
  }
}
