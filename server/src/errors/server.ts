import { ExposedError, Unavailable } from './exposed';

/** The disk is full: not the client's fault, and nothing of the request was kept. */
export class StorageFull extends ExposedError {
  override name = 'InsufficientStorageError';

  constructor() {
    super(507, 'There is no space left to store the files; nothing was stored.');
  }
}

/** The machine has no memory or descriptors left for now. */
export class Overloaded extends Unavailable {
  /** @param code of the system's error, for the log */
  constructor(code: string) {
    super(`The server lacks memory or open files (${code}); send the request again later.`);
  }
}

/** Work that comes while the server shuts down: another instance, or this one again, will be there. */
export class ShuttingDown extends Unavailable {
  constructor() {
    super('The server is shutting down; send the request again.');
  }
}

/** A provider has not answered in time: it may have done what it was asked for, or may do it still. */
export class ProviderTimeout extends Unavailable {
  /**
   * @param method of the provider
   * @param ms how long it was waited for
   */
  constructor(method: string, ms: number) {
    super(
      `The storage provider did not end "${method}" within ${ms / 1000} s; send the request again later.`
    );
  }
}

/** A file that the project's own check could not look at: it is not let in unseen. */
export class ScanFailed extends ExposedError {
  override name = 'ServiceUnavailableError';

  constructor(file: string) {
    super(503, `"${file}" could not be checked and was not stored; send it again later.`);
  }
}

/** Another instance has taken unfinished work back, because its lease had run out. */
export class LeaseLost extends ExposedError {
  override name = 'ServiceUnavailableError';

  constructor() {
    super(503, 'The upload took too long and was taken back; send it again.');
  }
}
