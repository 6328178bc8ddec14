import { errors } from '../util/strapi-utils';

/** An error with its own status, whose message is sent to the client (koa's `status`, `expose`). */
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

/** An error that the client can avoid. Strapi's error class keeps it out of the log. */
export class ClientError extends ExposedError {}

// GraphQL hides errors of unknown classes from its clients. Strapi's class has no usable constructor, so only its
// prototype is set.
Object.setPrototypeOf(ClientError.prototype, errors.HttpError.prototype);

/** The request conflicts with the current state of a file. */
export class Conflict extends ClientError {
  override name = 'ConflictError';

  constructor(message: string, details?: object) {
    super(409, message, details);
  }
}

/** A temporary failure that is not the client's fault; the client may retry (RFC 9110 section 15.6.4). */
export class Unavailable extends ExposedError {
  override name = 'ServiceUnavailableError';
  /** Seconds after which the client should retry. */
  readonly retryAfter = 10;

  constructor(message: string) {
    super(503, message);
  }
}
