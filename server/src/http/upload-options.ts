import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller } from '../access/caller';
import { receivedFileOf, type DiskFile, type ReceivedFile } from '../upload/receive/received-file';
import type { Batch } from '../upload/refusals';
import type { Link } from './link';
import type { AdminUser } from '../types/rows';

export interface ChangeOptions {
  /** The admin user who is stored as creator and updater of the file. */
  user?: AdminUser | undefined;
  /**
   * The caller whose limits apply to files that another parser has read. The limits of files that this plugin
   * received were already applied.
   */
  caller?: Caller | undefined;
}

export interface UploadOptions extends ChangeOptions {
  /** Returns the folder for files that choose no folder. Called only after all files are accepted. */
  folder?(): Promise<{ id: number; path: string }>;
  /**
   * The link that `data` asks for, with its target already found and permitted. If `data` asks for another link, the
   * other link is used.
   */
  link?: Link | null | undefined;
  /**
   * What happens to the other files when one file is refused. If this option is missing, no file is stored in that
   * case.
   */
  batch?: Batch | undefined;
}

const current = new AsyncLocalStorage<UploadOptions | undefined>();

/**
 * The options of a request, by its files. A wrapper may call the service from a queue, where the async context is that
 * of another request.
 */
const byFile = new WeakMap<ReceivedFile, UploadOptions>();

/**
 * Calls the service for a request, through any wrapper of a project. Such a wrapper may call this plugin's `upload`
 * with only the first argument, as it may with the built-in plugin. So the options are kept for that call.
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
 * Returns the options of a call. Options that a project's wrapper has left out come from the request that brought
 * the files. If the wrapper has created all files anew, they come from the current request.
 */
export function optionsOf(
  given: UploadOptions | undefined,
  files: readonly DiskFile[]
): UploadOptions {
  const received = files.map(receivedFileOf).find((file) => file !== undefined);
  return { ...(received ? byFile.get(received) : current.getStore()), ...given };
}

/**
 * Runs the work of a call without the options of the request: events and lifecycle hooks in it are not part of the
 * request's upload.
 */
export const asOne = <T>(work: () => Promise<T>): Promise<T> => current.run(undefined, work);
