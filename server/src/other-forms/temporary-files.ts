import { lstat, readdir, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import { ignoreMissing } from '../storage/disk';

/** A file of a form as koa-body describes it. */
interface FormFile {
  filepath?: unknown;
}

/** What koa-body calls a temporary file (formidable 3.5: a cuid2 of 25 characters). */
const NAME = /^[a-z][0-9a-z]{24}(?:\.[0-9a-z]+)?$/;

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
 * Removes temporary files of a request that is answered. What the project's code has moved is not there any more; what
 * it holds open still, as work in the background does, stays until it is closed.
 *
 * @throws whatever the file system throws, of the last one that fails
 */
export async function removeUnused(files: readonly string[], looks = LOOKS): Promise<void> {
  const open = await openFiles();
  const used = files.filter((file) => open.has(file));
  for (const file of files.filter((file) => !open.has(file))) {
    await rm(file, { force: true });
  }
  if (used.length > 0 && looks > 1) {
    setTimeout(() => void removeUnused(used, looks - 1).catch(() => {}), PAUSE).unref();
  }
}

/** Paths of the files that this process has open; none where the system does not tell (Linux does). */
async function openFiles(): Promise<Set<string>> {
  const descriptors = await readdir('/proc/self/fd').catch(() => []);
  const links = descriptors.map((one) => readlink(`/proc/self/fd/${one}`).catch(() => ''));
  return new Set(await Promise.all(links));
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
      await rm(file, { force: true });
    }
  }
}
