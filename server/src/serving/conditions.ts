import { parseHttpDate } from './http-date';

/** What identifies one state of a stored file (RFC 9110 section 8.8). */
export interface Validators {
  /** Strong, with its quotes. */
  etag: string;
  /** Milliseconds since 1970; HTTP sees whole seconds of it. */
  modified: number;
}

/** The request headers that make an answer depend on the client's copy. */
export interface ConditionalHeaders {
  'if-match'?: string | undefined;
  'if-unmodified-since'?: string | undefined;
  'if-none-match'?: string | undefined;
  'if-modified-since'?: string | undefined;
  'if-range'?: string | undefined;
}

/**
 * Evaluates the preconditions of a GET or HEAD in the order of RFC 9110 section 13.2.2.
 *
 * @returns 412 where the file is not the one that the client asks about; 304 where the client's
 *   copy is still good; null where the file is to be sent
 */
export function preconditionStatus(
  headers: ConditionalHeaders,
  state: Validators
): 304 | 412 | null {
  if (!isExpected(headers, state)) {
    return 412;
  }
  return isNotModified(headers, state) ? 304 : null;
}

/** Section 13.1.1: strong comparison; section 13.1.4: counts only without If-Match. */
function isExpected(headers: ConditionalHeaders, { etag, modified }: Validators): boolean {
  const match = headers['if-match'];
  if (match !== undefined) {
    return match.trim() === '*' || listOfEtags(match).includes(etag);
  }
  const since = parseHttpDate(headers['if-unmodified-since']);
  return since === null || wholeSeconds(modified) <= since;
}

/** Section 13.1.2: weak comparison; section 13.1.3: counts only without If-None-Match. */
function isNotModified(headers: ConditionalHeaders, { etag, modified }: Validators): boolean {
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined) {
    return (
      noneMatch.trim() === '*' ||
      listOfEtags(noneMatch).some((candidate) => candidate.replace(/^W\//, '') === etag)
    );
  }
  const since = parseHttpDate(headers['if-modified-since']);
  return since !== null && wholeSeconds(modified) <= since;
}

/** Whether the client names the file's state by a weak tag alone, as it got it with a coded answer. */
export function knowsWeakly(headers: ConditionalHeaders, { etag }: Validators): boolean {
  const tags = listOfEtags(headers['if-none-match'] ?? '');
  return tags.includes(`W/${etag}`) && !tags.includes(etag);
}

/**
 * True when a Range header counts: without If-Range always, with it only for the very state the
 * client has (RFC 9110 section 13.1.5: strong comparison, an exact date).
 */
export function rangeCounts(headers: ConditionalHeaders, { etag, modified }: Validators): boolean {
  const condition = headers['if-range']?.trim();
  if (condition === undefined) {
    return true;
  }
  return condition === etag || parseHttpDate(condition) === wholeSeconds(modified);
}

const listOfEtags = (value: string): string[] => value.match(/(?:W\/)?"[^"]*"/g) ?? [];

const wholeSeconds = (ms: number) => Math.floor(ms / 1000) * 1000;
