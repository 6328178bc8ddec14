import { Unavailable } from './exposed';
import { RefusedFile, refusalError } from './refusal';
import { DayLimitReached, NameTaken, TooSlow } from './requests';
import { Overloaded, StorageFull } from './server';

/** Codes of a system that has nothing left to give. */
const EXHAUSTED = ['EMFILE', 'ENFILE', 'ENOMEM'];

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

/** Headers that go with the answer to a failure. */
export function headersOf(error: unknown): Record<string, string> {
  if (error instanceof TooSlow) {
    return { Connection: 'close' };
  }
  return error instanceof Unavailable || error instanceof DayLimitReached
    ? { 'Retry-After': String(error.retryAfter) }
    : {};
}
