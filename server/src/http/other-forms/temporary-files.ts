import { constants, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { allOf } from '../../util/parallel';
import { codeOf, ignoreMissing, removeFile } from '../../storage/disk';

/** A file of a form as koa-body describes it. */
interface FormFile {
  filepath?: unknown;
}

/**
 * koa-body's names of temporary files: a cuid2 of 25 characters (formidable 2.1.5), in older versions 25 hex
 * digits.
 */
const NAME = /^(?:[a-z][0-9a-z]{24}|[0-9a-f]{25})(?:\.[0-9a-z]+)?$/;

/** Age after which a file must belong to a dead process, in ms. */
const AGE = 24 * 60 * 60 * 1000;

/** Pause between two checks of a file that is still in use, in ms, and the maximum number of checks. */
const PAUSE = 10_000;
const LOOKS = 360;

/** Paths of the temporary files that koa-body has created for a request, in any field. */
export function temporaryFiles(files: unknown): string[] {
  const all = Object.values((files ?? {}) as Record<string, FormFile | FormFile[]>).flat();
  return all
    .map(({ filepath }) => filepath)
    .filter((file): file is string => typeof file === 'string' && NAME.test(path.basename(file)));
}

/**
 * Removes temporary files of a request. Files that the project's code has moved are no longer there. A file that
 * the process still has open for reading, for example for background work, is kept until it is closed.
 *
 * @throws any error of the file system
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

/**
 * The real path of a file. The system lists open files by paths without symbolic links, and the folder for
 * temporary files may be behind one.
 */
const realPathOf = async (file: string): Promise<string> => realpath(file).catch(() => file);

const DESCRIPTORS = '/proc/self/fd';
const FLAGS = '/proc/self/fdinfo';
const ACCESS_MODE = 3;

/**
 * Returns which of the files this process has open for reading. Returns none if the system does not tell this; Linux
 * does. The function is synchronous, since the links that it reads are not on a disk: reading 50 takes half a
 * millisecond, and eight times as long through the thread pool.
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

/** The path of an open file; empty if the descriptor was closed meanwhile. */
function targetOf(descriptor: string): string {
  try {
    return readlinkSync(path.join(DESCRIPTORS, descriptor));
  } catch {
    return '';
  }
}

/**
 * Whether a descriptor is open only for writing. Such a descriptor is koa-body's own and does not count as use of the
 * file: koa-body continues when all bytes are written, and closes the file a little later if the disk is slow.
 *
 * The flags are octal. Their last two bits are the access mode (proc(5), open(2)).
 */
function writesOnly(descriptor: string): boolean {
  try {
    const told = readFileSync(path.join(FLAGS, descriptor), 'latin1');
    const flags = parseInt(/^flags:\s*([0-7]+)$/m.exec(told)?.[1] ?? '0', 8);
    return (flags & ACCESS_MODE) === constants.O_WRONLY;
  } catch (error) {
    // If the descriptor was closed meanwhile, the file is not open. If the system does not tell, the file counts as
    // used.
    return codeOf(error) === 'ENOENT';
  }
}

/** Pause between two sweeps of the folder, in ms. The folder may hold many files of other programs. */
const SWEEP_PAUSE = 60 * 60 * 1000;

/**
 * Makes a function that sweeps a folder ({@link sweepTemporaryFiles}), at most once an hour.
 *
 * @param folder returns null if there is nothing to sweep
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
 * Removes temporary files that dead processes of this user have left in a folder: files with koa-body's names that
 * have not changed for a day.
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
