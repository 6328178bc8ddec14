import { errors } from '../util/strapi-utils';
import { ClientError, Conflict } from './exposed';

/**
 * The error for a wrong value in a request, in the format of Strapi's validators.
 *
 * @param path keys that lead to the value
 */
export function invalid(path: string[], message: string, value?: unknown): Error {
  const name = 'ValidationError';
  return new errors.ValidationError(message, { errors: [{ path, message, name, value }] });
}

/** The error for an id that no file has. */
export const fileNotFound = () => new errors.NotFoundError('The file does not exist.');

/** The storage already has an object under the name that the project's own function returned. */
export class NameTaken extends Conflict {
  constructor() {
    super('The storage already has a file with this name. Try again, or use another name.');
  }
}

/** Another request has been changing the file for too long. */
export class FileBusy extends Conflict {
  constructor() {
    super('The file is being changed by another request; try again.');
  }
}

/** Sizes of images are already being regenerated, in this or another process. */
export class RegenerationRuns extends Conflict {
  /** @param lease longest time, in ms, for which a dead process can still block the work */
  constructor(lease: number) {
    const seconds = Math.max(1, Math.ceil(lease / 1000));
    super(
      `The sizes of images are already being regenerated. If the process that did this was killed, try again in ${seconds} seconds.`
    );
  }
}

/** A client has sent its body more slowly than `minimumRate` allows. */
export class TooSlow extends ClientError {
  override name = 'RequestTimeoutError';

  constructor() {
    super(408, 'The request body arrived too slowly. Nothing was stored.');
  }
}

/** The body of a request is compressed (RFC 9110 section 15.5.16). */
export class EncodedBody extends ClientError {
  override name = 'UnsupportedMediaTypeError';

  /** @param encoding value of the header Content-Encoding */
  constructor(encoding: string) {
    super(
      415,
      `A request body with the Content-Encoding "${encoding}" is not supported. Send the body without Content-Encoding.`
    );
  }
}

/** A caller would upload more in a day than allowed. */
export class DayLimitReached extends errors.RateLimitError {
  /**
   * @param limit the limit and the caller, such as `10 files a day for this user`
   * @param retryAfter seconds until the day ends
   */
  constructor(
    code: 'FILES_PER_DAY' | 'BYTES_PER_DAY',
    limit: string,
    readonly retryAfter: number
  ) {
    const message = `This upload would exceed the limit of ${limit}. The next day begins at 00:00 UTC.`;
    super(message, { errors: [{ code, message }] });
  }
}

/** A permission is missing. The message names the permission, which Strapi's own error would not. */
export class NotPermitted extends ClientError {
  override name = 'ForbiddenError';

  constructor(message: string) {
    super(403, message);
  }
}
