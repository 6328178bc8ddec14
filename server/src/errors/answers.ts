import { Unavailable } from './exposed';
import { RefusedFile, refusalError } from './refusal';
import { DayLimitReached, NameTaken, TooSlow } from './requests';
import { Overloaded, StorageFull } from './server';

/** Error codes of a system that has run out of files or memory. */
const EXHAUSTED = ['EMFILE', 'ENFILE', 'ENOMEM'];

/** Converts an error of a step into the error for the client. */
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

/** Headers for the response to an error. */
export function headersOf(error: unknown): Record<string, string> {
  if (error instanceof TooSlow) {
    return { Connection: 'close' };
  }
  return error instanceof Unavailable || error instanceof DayLimitReached
    ? { 'Retry-After': String(error.retryAfter) }
    : {};
}
