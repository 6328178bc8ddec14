import { parseHttpDate } from './http-date';

/** Values that identify one state of a stored file (RFC 9110 section 8.8). */
export interface Validators {
  /** A strong tag, with its quotes. */
  etag: string;
  /** Time of the last change, in milliseconds since 1970. HTTP dates have whole seconds only. */
  modified: number;
}

/** Request headers that compare the file with the client's copy. */
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
 * @returns 412 if the file is not the one that the client expects; 304 if the client's copy is still current; null if
 *   the file must be sent to the client
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

/**
 * Whether the file is in the state that the client expects. If-Match compares strongly (section 13.1.1).
 * If-Unmodified-Since counts only without If-Match (section 13.1.4).
 */
function isExpected(headers: ConditionalHeaders, { etag, modified }: Validators): boolean {
  const match = headers['if-match'];
  if (match !== undefined) {
    return match.trim() === '*' || listOfEtags(match).includes(etag);
  }
  const since = parseHttpDate(headers['if-unmodified-since']);
  return since === null || wholeSeconds(modified) <= since;
}

/**
 * Whether the client's copy is still current. If-None-Match compares weakly (section 13.1.2). If-Modified-Since counts
 * only without If-None-Match (section 13.1.3).
 */
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

/** Whether the client names the file's current state only by a weak tag, which it got with a coded response. */
export function knowsWeakly(headers: ConditionalHeaders, { etag }: Validators): boolean {
  const tags = listOfEtags(headers['if-none-match'] ?? '');
  return tags.includes(`W/${etag}`) && !tags.includes(etag);
}

/**
 * Whether a Range header counts. Without If-Range it always counts. With If-Range it counts only if the client has
 * exactly the current state (RFC 9110 section 13.1.5: strong comparison, an exact date).
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
