import type { FileRow } from '../types/rows';

/** The columns of a file that determine its URLs. */
export type FileUrls = Pick<FileRow, 'id' | 'url' | 'hash' | 'formats'>;

/** How to find a file in texts. */
export interface UrlSearch {
  /** Each text that contains a URL of the file contains one of these parts. Other texts may contain them too. */
  parts: string[];
  /** Whether a text contains a URL of the file. */
  isIn(text: string): boolean;
}

/** Minimum length of a hash that is searched for. A shorter hash would be found in many other texts. */
const LONG_ENOUGH = 10;

/**
 * Returns how to find the URLs of a file and of its formats. Finds a URL as it is stored, with the site's address
 * before it, without scheme or first slash, with a query, encoded or not.
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

/**
 * Patterns for the text next to a name or a host. If one of these characters is next to the name or host, the text
 * contains a different, longer name or host.
 */
const NOT_BEFORE = '(?<![\\p{L}\\p{N}_%~.-])';
const NOT_AFTER = '(?![\\p{L}\\p{N}_%~/-]|\\.[\\p{L}\\p{N}_])';

/** Removes scheme, slashes at the start, and query of a URL. */
function withoutOrigin(url: string): string {
  const [path = ''] = url.replace(/^([a-z][a-z0-9+.-]*:)?\/*/i, '').split(/[?#]/, 1);
  return path;
}

function spellings(url: string): string[] {
  try {
    const plain = decodeURI(url);
    return [url, plain, encodeURI(plain)];
  } catch {
    // The URL cannot be decoded: it has a percent sign that encodes nothing.
    return [url];
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
