import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller } from '../access/caller';
import { receivedFileOf, type DiskFile, type ReceivedFile } from '../upload/receive/received-file';
import type { Batch } from '../upload/refusals';
import type { Link } from './link';
import type { AdminUser } from '../types/rows';

export interface ChangeOptions {
  /** Recorded as creator and updater. */
  user?: AdminUser | undefined;
  /** Whose limits bind files that another parser has read; what came in here is bound already. */
  caller?: Caller | undefined;
}

export interface UploadOptions extends ChangeOptions {
  /** The folder of files for which none is named; asked for when they have turned out to be good. */
  folder?(): Promise<{ id: number; path: string }>;
  /** The link that `data` asks for, with its target found and permitted already; another one in `data` is followed. */
  link?: Link | null | undefined;
  /** What becomes of the others where one of the files is refused; without it none is stored. */
  batch?: Batch | undefined;
}

const current = new AsyncLocalStorage<UploadOptions | undefined>();

/** By the files of requests: a wrapper may call ours from a queue, whose context is that of another request. */
const byFile = new WeakMap<ReceivedFile, UploadOptions>();

/**
 * Calls the service for a request, through whatever a project has put around it. Projects wrap `upload` and call ours with
 * the first argument alone, as they may with the built-in plugin: what belongs to the request is kept for that call.
 *
 * @param files of the request
 */
export function withOptions<T>(
  options: UploadOptions,
  files: readonly DiskFile[],
  call: () => Promise<T>
): Promise<T> {
  for (const file of files) {
    const received = receivedFileOf(file);
    if (received) {
      byFile.set(received, options);
    }
  }
  return current.run(options, call);
}

/**
 * The options of a call: those that were given, and where a project's wrapper has left some out those of the request that
 * its files came with; of the request that is running, where a wrapper has made all of them anew.
 */
export function optionsOf(
  given: UploadOptions | undefined,
  files: readonly DiskFile[]
): UploadOptions {
  const received = files.map(receivedFileOf).find((file) => file !== undefined);
  return { ...(received ? byFile.get(received) : current.getStore()), ...given };
}

/** Does the work of a call, whose own events and lifecycle hooks are no part of the request's upload. */
export const asOne = <T>(work: () => Promise<T>): Promise<T> => current.run(undefined, work);
