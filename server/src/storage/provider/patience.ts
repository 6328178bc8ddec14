import { ProviderTimeout } from '../../errors';
import type { UploadProvider } from './interface';

/** How long a provider may take, in ms; `false`: as long as it likes. */
export interface ProviderTimeouts {
  /** For `delete`, `getSignedUrl`, `isPrivate` and `checkFileSize`. */
  call: number | false;
  /** For storing a file, counted from the last time that the provider read of it. */
  upload: number | false;
}

/** The provider of the project, and how long it may take. */
export interface PatientProvider {
  /** As projects have wrapped it since; its calls end in time ({@link timed}). */
  current(): UploadProvider;
  /** Read at each call, since the configuration can change. */
  timeouts(): ProviderTimeouts;
}

/** Tells a call that it is alive. */
export type SignOfLife = () => void;

/**
 * Waits for a call of a provider. One that takes too long is left alone: nobody can break it off, and it may
 * succeed still.
 *
 * @param method its name, for people
 * @param work may give signs of life, each of which begins the time anew
 * @throws ProviderTimeout
 */
export async function within<T>(
  ms: number | false,
  method: string,
  work: (alive: SignOfLife) => T | Promise<T>
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const pending = work(() => timer?.refresh());
  // Many answer at once, such as the local provider, which is asked for each file of an answer.
  if (ms === false || !isThenable(pending)) {
    return pending;
  }
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ProviderTimeout(method, ms)), ms);
  });
  try {
    return await Promise.race([pending, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Providers need not make the platform's own promises. */
const isThenable = (value: unknown): boolean =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';

type Method = (...args: unknown[]) => unknown;

/**
 * A provider whose calls end in time. Its methods are called on the provider itself: they may keep something there.
 *
 * @param timeouts read at each call, since the configuration can change
 */
export function timed(provider: UploadProvider, timeouts: () => ProviderTimeouts): UploadProvider {
  const calling = (method: string, limit: () => number | false): Method | undefined =>
    typeof provider[method as 'delete'] === 'function'
      ? (...args) =>
          within(limit(), method, () => (provider[method as 'delete'] as Method)(...args))
      : undefined;
  const shortly = (method: string) => calling(method, () => timeouts().call);
  // The time of these is measured where the file is read: see `calls`.
  const patiently = (method: string) => calling(method, () => false);
  return {
    // Every provider has it.
    delete: (...args) => within(timeouts().call, 'delete', () => provider.delete(...args)),
    isPrivate: shortly('isPrivate') as UploadProvider['isPrivate'],
    getSignedUrl: shortly('getSignedUrl') as UploadProvider['getSignedUrl'],
    checkFileSize: shortly('checkFileSize'),
    upload: patiently('upload'),
    uploadStream: patiently('uploadStream'),
    replace: patiently('replace'),
    replaceStream: patiently('replaceStream'),
  };
}
