/** What the server says about one refused file, or about one wrong value. */
export interface ServerError {
  /** Name of the refused file, as the client sent it. */
  file?: string;
  /** Such as `TOO_LARGE`; docs/troubleshooting.md lists the codes. */
  code?: string;
  message: string;
}

/** The properties of an {@link UploadError} besides its message. */
export interface UploadFailure {
  /** Status of the answer; 0 if there was no answer. */
  status: number;
  /** {@link UploadError.code} */
  code: string;
  errors?: ServerError[];
  retryAfter?: number | undefined;
  cause?: unknown;
}

/** An upload has failed. An abort is not such an error: it rejects with the reason of its signal. */
export class UploadError extends Error {
  /** Status of the answer; 0 if there was no answer. */
  readonly status: number;
  /**
   * The first code of `errors`. Without one it is the name of Strapi's error, such as `ForbiddenError`. `NETWORK` means that
   * there was no answer, `BAD_ANSWER` that the answer cannot be read, `HTTP_502` that it was not Strapi's.
   */
  readonly code: string;
  /** The server's `details.errors`: one for each refused file. Empty if the server has named none. */
  readonly errors: ServerError[];
  /** Seconds after which the server allows another request; undefined if it has not said so. */
  readonly retryAfter: number | undefined;
  /** The error of the network, if there was no answer. */
  override readonly cause: unknown;

  constructor(message: string, { status, code, errors = [], retryAfter, cause }: UploadFailure) {
    super(message);
    this.name = 'UploadError';
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.retryAfter = retryAfter;
    this.cause = cause;
  }
}
