import path from 'node:path';
import { privacy, type MarkedObject } from './port';

/** Bytes that the name of a marked object may have: file systems allow 255, and the rest of a marker takes 44. */
export const MOST_BYTES = 200;

const NAME = /^mark\.(?<key>[\w-]{36})\.(?<access>[op])\.(?<hash>.+?)(?<ext>\.[^.]*)?$/s;

/** Name of the marker of an object, which is open to all or private. */
export const markerName = (key: string, { hash, ext, private: isPrivate }: MarkedObject): string =>
  `mark.${key}.${isPrivate ? 'p' : 'o'}.${hash}${ext}`;

/** What a name in a staging folder marks; null where it is no marker. */
export function parseMarker(name: string): { key: string; object: MarkedObject } | null {
  const { key, access, hash, ext = '' } = NAME.exec(path.basename(name))?.groups ?? {};
  return key && hash ? { key, object: { hash, ext, ...privacy(access === 'p') } } : null;
}
