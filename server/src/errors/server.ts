import { ExposedError, Unavailable } from './exposed';

/** The disk is full. It is not the client's fault, and nothing of the request was stored. */
export class StorageFull extends ExposedError {
  override name = 'InsufficientStorageError';

  constructor() {
    super(507, 'There is no space left to store the files; nothing was stored.');
  }
}

/** The machine has no memory or file descriptors left at the moment. */
export class Overloaded extends Unavailable {
  /** @param code of the system error, for the log */
  constructor(code: string) {
    super(
      `The server has no free memory or no free file descriptors (${code}). Send the request again later.`
    );
  }
}

/**
 * A request has arrived while the server shuts down. Another instance, or this one after a restart, can handle a retry.
 */
export class ShuttingDown extends Unavailable {
  constructor() {
    super('The server is shutting down; send the request again.');
  }
}

/** A provider has not answered in time. The provider may have done its work, or may still do it. */
export class ProviderTimeout extends Unavailable {
  /**
   * @param method of the provider
   * @param ms timeout that has passed
   */
  constructor(method: string, ms: number) {
    super(
      `The storage provider did not complete "${method}" within ${ms / 1000} seconds. Send the request again later.`
    );
  }
}

/** The project's own check of a file failed. An unchecked file is not stored. */
export class ScanFailed extends ExposedError {
  override name = 'ServiceUnavailableError';

  constructor(file: string) {
    super(
      503,
      `The check of the file "${file}" failed, and the file was not stored. Send the file again later.`
    );
  }
}

/** Another instance has rolled back the unfinished work of this request, because the lease of that work had expired. */
export class LeaseLost extends ExposedError {
  override name = 'ServiceUnavailableError';

  constructor() {
    super(503, 'The upload took too long and was rolled back. Send the request again.');
  }
}
