import { errors } from '../util/strapi-utils';

/** An error with a status of its own whose sentence is for the client (koa's `status`, `expose`). */
export class ExposedError extends Error {
  readonly expose = true;

  constructor(
    readonly status: number,
    message: string,
    readonly details: object = {}
  ) {
    super(message);
  }
}

/** One that is not the server's to mend: Strapi's error class keeps it out of the log. */
export class ClientError extends ExposedError {}

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
export class Unavailable extends ExposedError {
  override name = 'ServiceUnavailableError';
  /** Seconds after which it may be different. */
  readonly retryAfter = 10;

  constructor(message: string) {
    super(503, message);
  }
}
