import { ProviderTimeout } from '../../errors';
import type { UploadProvider } from './interface';

/** How long a provider may take, in ms; `false` means without limit. */
export interface ProviderTimeouts {
  /** Timeout for `delete`, `getSignedUrl`, `isPrivate` and `checkFileSize`. */
  call: number | false;
  /** Timeout for storing a file, counted from the provider's last read of the file. */
  upload: number | false;
}

/** The project's provider, and how long its calls may take. */
export interface PatientProvider {
  /**
   * The provider with everything that projects have wrapped around it so far. Its calls are limited in time ({@link
   * timed}).
   */
  current(): UploadProvider;
  /** Returns the timeouts. They can change, since the configuration can change. */
  timeouts(): ProviderTimeouts;
}

/** Restarts the timeout of a call. */
export type SignOfLife = () => void;

/**
 * Waits for a call of a provider. A call that takes too long is not cancelled, since nothing can cancel it, and it may
 * still succeed.
 *
 * @param method name of the method, for error messages
 * @param work may call `alive`, which restarts the timeout each time
 * @throws ProviderTimeout
 */
export async function within<T>(
  ms: number | false,
  method: string,
  work: (alive: SignOfLife) => T | Promise<T>
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const pending = work(() => timer?.refresh());
  // Many providers return no promise. The local provider is one of them, and it is called for each file of a response.
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

/** Whether a value is a promise. A provider may return promises of its own class. */
const isThenable = (value: unknown): boolean =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';

type Method = (...args: unknown[]) => unknown;

/**
 * A provider whose calls are limited in time. Its methods are called on the provider itself, since they may keep state
 * there.
 *
 * @param timeouts called at each call, since the configuration can change
 */
export function timed(provider: UploadProvider, timeouts: () => ProviderTimeouts): UploadProvider {
  const calling = (method: string, limit: () => number | false): Method | undefined =>
    typeof provider[method as 'delete'] === 'function'
      ? (...args) =>
          within(limit(), method, () => (provider[method as 'delete'] as Method)(...args))
      : undefined;
  const shortly = (method: string) => calling(method, () => timeouts().call);
  // These calls have no timeout here: `calls` measures the time since the provider last read the file.
  const patiently = (method: string) => calling(method, () => false);
  return {
    // Every provider has `delete`.
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
