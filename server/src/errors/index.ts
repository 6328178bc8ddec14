import { errors } from '../util/strapi-utils';

/** Why one file of a request was refused. */
export interface Refusal {
  /** The file's name as the client sent it. */
  file: string;
  code:
    | 'TYPE_NOT_ALLOWED'
    | 'TOO_LARGE'
    | 'TOO_SMALL'
    | 'EMPTY'
    | 'INVALID_IMAGE'
    | 'METADATA_KEPT'
    | 'UNSAFE_SVG'
    | 'SCAN_REFUSED'
    | 'UNEXPECTED_FIELD';
  /** One sentence: what was wrong, and what to do. */
  message: string;
}

/** A refused file on its way through the steps; becomes an HTTP error in {@link refusalError}. */
export class RefusedFile extends Error {
  override name = 'RefusedFile';

  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

/** A file that is to be a picture and is none, or is damaged. */
export const brokenPicture = ({ name, mime }: { name: string; mime: string }): RefusedFile =>
  new RefusedFile({
    file: name,
    code: 'INVALID_IMAGE',
    message: `"${name}" is not a valid image: its content cannot be read as ${mime}.`,
  });

/** An SVG that is not stored; the reason is to follow "cannot be made safe:". */
export const unsafeSvg = (name: string, reason: string): RefusedFile =>
  new RefusedFile({
    file: name,
    code: 'UNSAFE_SVG',
    message: `"${name}" cannot be made safe: ${reason}.`,
  });

/** A picture whose private metadata would be published. */
export const metadataKept = ({ name, mime }: { name: string; mime: string }): RefusedFile =>
  new RefusedFile({
    file: name,
    code: 'METADATA_KEPT',
    message:
      `"${name}" may hold private metadata, which cannot be taken out of ${mime} here, and ` +
      '`images.requireStripped` is set: send it without them, or in another format.',
  });

/**
 * The HTTP error for refused files: 413 when one was too large, else 400, with every file and its
 * reason in `details.errors`.
 */
export function refusalError(refusals: readonly Refusal[]): Error {
  const tooLarge = refusals.find(({ code }) => code === 'TOO_LARGE');
  const message = (tooLarge ?? refusals[0])?.message ?? 'The files were refused.';
  const details = { errors: [...refusals] };
  return tooLarge
    ? new errors.PayloadTooLargeError(message, details)
    : new errors.ValidationError(message, details);
}

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

/** An error with a status of its own whose sentence is for the client (koa's `status`, `expose`). */
class ExposedError extends Error {
  readonly expose = true;

  constructor(
    readonly status: number,
    message: string,
    readonly details: object = {}
  ) {
    super(message);
  }
}

/** The disk is full: not the client's fault, and nothing of the request was kept. */
export class StorageFull extends ExposedError {
  override name = 'InsufficientStorageError';

  constructor() {
    super(507, 'There is no space left to store the files; nothing was stored.');
  }
}

/** One that is not the server's to mend: Strapi's error class keeps it out of the log. */
class ClientError extends ExposedError {}

// GraphQL hides what it does not know from its clients; Strapi's class has no constructor of use.
Object.setPrototypeOf(ClientError.prototype, errors.HttpError.prototype);

/** What is asked for cannot be done as things are. */
export class Conflict extends ClientError {
  override name = 'ConflictError';

  constructor(message: string, details?: object) {
    super(409, message, details);
  }
}

/** Not the client's fault, and it may try again (RFC 9110 section 15.6.4). */
class Unavailable extends ExposedError {
  override name = 'ServiceUnavailableError';
  /** Seconds after which it may be different. */
  readonly retryAfter = 10;

  constructor(message: string) {
    super(503, message);
  }
}

/** The machine has no memory or descriptors left for now. */
export class Overloaded extends Unavailable {
  /** @param code of the system's error, for the log */
  constructor(code: string) {
    super(`The server lacks memory or open files (${code}); send the request again later.`);
  }
}

/** Codes of a system that has nothing left to give. */
const EXHAUSTED = ['EMFILE', 'ENFILE', 'ENOMEM'];

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

/** The name that a project's own function gave is taken in the storage. */
export class NameTaken extends Conflict {
  constructor() {
    super('Something is stored under this name already; try again, or use another name.');
  }
}

/** What the client hears of a failure of a step. */
export function clientError(error: unknown): unknown {
  if (error instanceof RefusedFile) {
    return refusalError([error.refusal]);
  }
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'EEXIST') {
    return new NameTaken();
  }
  if (code && EXHAUSTED.includes(code)) {
    return new Overloaded(code);
  }
  return code === 'ENOSPC' || code === 'EDQUOT' ? new StorageFull() : error;
}

/** A file is being changed by another request for too long. */
export class FileBusy extends Conflict {
  constructor() {
    super('The file is being changed by another request; try again.');
  }
}

/** Sizes of pictures are being made anew already, here or in another process. */
export class RegenerationRuns extends Conflict {
  /** @param lease for how long it is sure to be left alone, in ms */
  constructor(lease: number) {
    const seconds = Math.max(1, Math.ceil(lease / 1000));
    super(
      `Sizes are being made anew already. If that process was killed, it can be begun again in ${seconds} s.`
    );
  }
}

/** A permission is missing, and the answer says which: Strapi's own error would not. */
export class NotPermitted extends ClientError {
  override name = 'ForbiddenError';

  constructor(message: string) {
    super(403, message);
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

/** Headers that go with the answer to a failure. */
export function headersOf(error: unknown): Record<string, string> {
  if (error instanceof TooSlow) {
    return { Connection: 'close' };
  }
  return error instanceof Unavailable || error instanceof DayLimitReached
    ? { 'Retry-After': String(error.retryAfter) }
    : {};
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
