import { constants, Stats, type BigIntStats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from 'koa';
import { lengthOf } from './multipart-ranges';
import { FileRange, readAll } from './read-file';
import { fileRequest, respond, respondUnread, type FileState, type ServedFile } from './respond';
import { TypeCache, type ReadHead } from './served-type';
import { SmallFiles } from './small-files';

/** Sets response headers that do not depend on the file's bytes, such as Cache-Control. */
export type SetHeaders = (path: string, stats: () => Stats) => void;

/**
 * Answers with a file.
 *
 * @param file decoded URL path below the folder; with a size in bytes, a file of another size counts as missing
 * @returns false if the file does not exist or may not be served; the response is not changed then
 */
export type ServeLocalFile = (
  ctx: Context,
  file: string | { name: string; size: number },
  setHeaders: SetHeaders
) => Promise<boolean>;

/** Error codes that all count as a missing file. Clients do not learn the reason. */
const NOT_THERE = new Set([
  'ENOENT',
  'ENOTDIR',
  'ENAMETOOLONG',
  'EISDIR',
  'EACCES',
  'ELOOP',
  'ENXIO',
]);

/** Longest range that is read into memory before it is sent, in bytes. */
const ONE_PIECE = 64 * 1024;

/** Flags for opening a file. If the file is a named pipe, opening does not wait for a writer. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Serves the files of a folder to GET and HEAD.
 *
 * @param root absolute path of the folder
 */
export function serveLocalFiles(root: string): ServeLocalFile {
  const files = new LocalFiles();
  return async (ctx, wanted, setHeaders) => {
    const { name, size } = typeof wanted === 'string' ? { name: wanted, size: null } : wanted;
    const file = pathBelow(root, name);
    if (file === null) {
      return false;
    }
    const stats = await ifThere(stat(file, { bigint: true }));
    if (!stats?.isFile() || (size !== null && Number(stats.size) !== size)) {
      return false;
    }
    const ownHeaders = (of: BigIntStats) => () => setHeaders(file, () => plainStats(of));
    const request = fileRequest(ctx);
    if (respondUnread(request, stateOf(stats), ownHeaders(stats))) {
      return true;
    }
    const found = (await files.remembered(file, stats)) ?? (await files.open(file));
    if (found) {
      await respond(request, found, ownHeaders(found.stats));
    }
    return found !== null;
  };
}

/**
 * The path of a file that a URL names below a folder. Null for names that are never served: hidden files, and paths
 * that lead out of the folder.
 */
function pathBelow(root: string, name: string): string | null {
  const parts = name.split(/[\\/]/);
  const never = name.includes('\0') || parts.some((part) => part.startsWith('.') || !part);
  return never ? null : path.join(root, ...parts);
}

const ifThere = <T>(access: Promise<T>): Promise<T | null> =>
  access.catch((error) => {
    if (NOT_THERE.has(error.code)) {
      return null;
    }
    throw error;
  });

type LocalFile = ServedFile & { stats: BigIntStats };

/** An open file, and its state when it was opened. */
interface OpenFile {
  /** Path of the file. */
  file: string;
  stats: BigIntStats;
  handle: FileHandle;
  close(): void;
}

/**
 * Gives access to files in their current state. The types of files and the bytes of small files are cached for each
 * state.
 */
class LocalFiles {
  private readonly types = new TypeCache();
  private readonly small = new SmallFiles();

  /** Returns a file whose bytes are in memory; null if they are not in memory. */
  async remembered(file: string, stats: BigIntStats): Promise<LocalFile | null> {
    const bytes = this.small.get(stats);
    return bytes ? this.fromMemory(file, stats, bytes) : null;
  }

  /**
   * Opens a file, and describes the opened file: another file may have replaced the first one since the first `stat`.
   */
  async open(file: string): Promise<LocalFile | null> {
    const handle = await ifThere(open(file, READ));
    if (!handle) {
      return null;
    }
    // Nothing is read after this. An error on closing does not change what was sent.
    const close = () => void handle.close().catch(() => {});
    let inUse = false;
    try {
      const stats = await handle.stat({ bigint: true });
      if (!stats.isFile()) {
        return null;
      }
      if (this.small.takes(stats)) {
        const bytes = await readAll(handle, { start: 0, end: Number(stats.size) - 1 });
        this.small.put(stats, bytes);
        return await this.fromMemory(file, stats, bytes);
      }
      const opened = await this.fromDisk({ file, stats, handle, close });
      inUse = true;
      return opened;
    } finally {
      if (!inUse) {
        close();
      }
    }
  }

  private async fromMemory(file: string, stats: BigIntStats, bytes: Buffer): Promise<LocalFile> {
    const head = async (length: number) => bytes.subarray(0, length);
    return {
      ...(await this.describe(file, stats, head)),
      read: async ({ start, end }) => bytes.subarray(start, end + 1),
      close() {},
    };
  }

  private async fromDisk({ file, stats, handle, close }: OpenFile): Promise<LocalFile> {
    const head = (length: number) =>
      readAll(handle, { start: 0, end: Math.min(length, Number(stats.size)) - 1 });
    return {
      ...(await this.describe(file, stats, head)),
      read: async (range) =>
        lengthOf(range) > ONE_PIECE ? new FileRange(handle, range) : readAll(handle, range),
      close,
    };
  }

  private async describe(file: string, stats: BigIntStats, head: ReadHead) {
    const name = path.basename(file);
    return { ...stateOf(stats), stats, name, type: await this.types.of(stats, name, head) };
  }
}

const stateOf = (stats: BigIntStats): FileState => ({
  size: Number(stats.size),
  // The ETag does not contain the inode, so that several servers with copies of the same disk give the same tag. A
  // replacement always has a later time than the file before it (`LocalStorage.swap`), so the tag is strong even within
  // one tick of the clock.
  etag: `"${[stats.size, stats.mtimeNs].map((part) => part.toString(36)).join('-')}"`,
  modified: Number(stats.mtimeMs),
});

/** Converts stats with bigints into stats with numbers, since the built-in passes numbers to projects. */
function plainStats(stats: BigIntStats): Stats {
  const fields = Object.entries(stats).map(([name, value]) => [
    name,
    typeof value === 'bigint' ? Number(value) : value,
  ]);
  return Object.assign(Object.create(Stats.prototype), Object.fromEntries(fields));
}
