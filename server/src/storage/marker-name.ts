import path from 'node:path';
import type { MarkedObject } from './markers-port';
import { privacy } from './port';

/**
 * Maximum number of bytes of a marked object's name. File systems allow 255, and the rest of a marker's name takes 44.
 */
export const MOST_BYTES = 200;

const NAME = /^mark\.(?<key>[\w-]{36})\.(?<access>[op])\.(?<hash>.+?)(?<ext>\.[^.]*)?$/s;

/** File name of the marker of an object. The letter `o` (open) or `p` (private) tells who may read the object. */
export const markerName = (key: string, { hash, ext, private: isPrivate }: MarkedObject): string =>
  `mark.${key}.${isPrivate ? 'p' : 'o'}.${hash}${ext}`;

/** The ledger key and the object that a file name in a staging folder marks; null if the file is no marker. */
export function parseMarker(name: string): { key: string; object: MarkedObject } | null {
  const { key, access, hash, ext = '' } = NAME.exec(path.basename(name))?.groups ?? {};
  return key && hash ? { key, object: { hash, ext, ...privacy(access === 'p') } } : null;
}
