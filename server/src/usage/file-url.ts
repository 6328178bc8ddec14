import type { FileRow } from '../types/rows';

/** The columns of a file that tell its URLs. */
export type FileUrls = Pick<FileRow, 'id' | 'url' | 'hash' | 'formats'>;

/** How a file is found in texts. */
export interface UrlSearch {
  /** Parts one of which every text has that names the file; others may have them too. */
  parts: string[];
  /** Whether a text names the file. */
  isIn(text: string): boolean;
}

/** Shorter ones are in many texts. */
const LONG_ENOUGH = 10;

/**
 * How to find the URLs of a file and of its formats: as they are stored, with the site's address before
 * them, without scheme or first slash, with a query, encoded or not.
 */
export function searchFor({ url, hash, formats }: FileUrls): UrlSearch {
  const urls = [url, ...Object.values(formats ?? {}).map((format) => format.url)];
  const bare = [...new Set(urls.filter(Boolean).map(withoutOrigin).flatMap(spellings))];
  const names = bare.map((one) => one.slice(one.lastIndexOf('/') + 1)).filter(Boolean);
  if (names.length === 0) {
    return { parts: [], isIn: () => false };
  }
  const allHaveHash = hash.length >= LONG_ENOUGH && names.every((name) => name.includes(hash));
  const exact = new RegExp(`${NOT_BEFORE}(?:${bare.map(escaped).join('|')})${NOT_AFTER}`, 'u');
  return { parts: allHaveHash ? [hash] : names, isIn: (text) => exact.test(text) };
}

/** Characters of which another, longer name or host would be made. */
const NOT_BEFORE = '(?<![\\p{L}\\p{N}_%~.-])';
const NOT_AFTER = '(?![\\p{L}\\p{N}_%~/-]|\\.[\\p{L}\\p{N}_])';

/** Without scheme, slashes and query. */
function withoutOrigin(url: string): string {
  const [path = ''] = url.replace(/^([a-z][a-z0-9+.-]*:)?\/*/i, '').split(/[?#]/, 1);
  return path;
}

function spellings(url: string): string[] {
  try {
    const plain = decodeURI(url);
    return [url, plain, encodeURI(plain)];
  } catch {
    // A percent sign that encodes nothing.
    return [url];
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
