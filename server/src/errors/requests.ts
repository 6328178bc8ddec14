import { errors } from '../util/strapi-utils';
import { ClientError, Conflict } from './exposed';

/**
 * A wrong value of a request, in the form in which Strapi's validators tell it.
 *
 * @param path keys that lead to the value
 */
export function invalid(path: string[], message: string, value?: unknown): Error {
  const name = 'ValidationError';
  return new errors.ValidationError(message, { errors: [{ path, message, name, value }] });
}

/** The answer for an id that no file has. */
export const fileNotFound = () => new errors.NotFoundError('The file does not exist.');

/** The name that a project's own function gave is taken in the storage. */
export class NameTaken extends Conflict {
  constructor() {
    super('Something is stored under this name already; try again, or use another name.');
  }
}

/** A file is being changed by another request for too long. */
export class FileBusy extends Conflict {
  constructor() {
    super('The file is being changed by another request; try again.');
  }
}

/** Sizes of images are being made anew already, here or in another process. */
export class RegenerationRuns extends Conflict {
  /** @param lease for how long it is sure to be left alone, in ms */
  constructor(lease: number) {
    const seconds = Math.max(1, Math.ceil(lease / 1000));
    super(
      `Sizes are being made anew already. If that process was killed, it can be begun again in ${seconds} s.`
    );
  }
}

/** A client has sent its body more slowly than `minimumRate` lets it. */
export class TooSlow extends ClientError {
  override name = 'RequestTimeoutError';

  constructor() {
    super(408, 'The body came in too slowly; nothing was stored.');
  }
}

/** A body that is compressed (RFC 9110 section 15.5.16). */
export class EncodedBody extends ClientError {
  override name = 'UnsupportedMediaTypeError';

  /** @param encoding value of the header Content-Encoding */
  constructor(encoding: string) {
    super(415, `A body with Content-Encoding "${encoding}" cannot be read; send it as it is.`);
  }
}

/** More than a caller may bring in a day. */
export class DayLimitReached extends errors.RateLimitError {
  /**
   * @param limit what and whose it is, such as `10 files a day for this user`
   * @param retryAfter seconds until the day ends
   */
  constructor(
    code: 'FILES_PER_DAY' | 'BYTES_PER_DAY',
    limit: string,
    readonly retryAfter: number
  ) {
    const message = `The limit of ${limit} would be passed; a new day begins at 00:00 UTC.`;
    super(message, { errors: [{ code, message }] });
  }
}

/** A permission is missing, and the answer says which: Strapi's own error would not. */
export class NotPermitted extends ClientError {
  override name = 'ForbiddenError';

  constructor(message: string) {
    super(403, message);
  }
}
