import type { Bytes } from './bytes';
import { framesAt } from './frames';

/** Maximum number of tags that are skipped. Players write at most two. */
const TAGS = 8;

/** First letters of the data that may follow an ID3 tag, and their types. */
const SOUNDS: ReadonlyArray<[letters: string, type: string]> = [
  ['fLaC', 'audio/flac'],
  ['OggS', 'audio/ogg'],
  ['wvpk', 'audio/wavpack'],
  ['MAC ', 'audio/ape'],
  ['MPCK', 'audio/x-musepack'],
  ['MP+', 'audio/x-musepack'],
  ['TTA1', 'audio/x-tta'],
  ['ADIF', 'audio/aac'],
];

/** Types that a file with an ID3 tag may have. The first is the default. */
export const TAGGED: readonly [string, ...string[]] = [
  'audio/mpeg',
  'audio/mp3',
  'audio/flac',
  'audio/x-flac',
  'audio/aac',
  'audio/x-aac',
  'audio/ape',
  'audio/x-ape',
  'audio/wavpack',
  'audio/x-wavpack',
  'audio/x-musepack',
  'audio/x-tta',
];

/** Whether an ID3v2 tag begins here (id3.org, ID3v2.4.0 structure, section 3.1). */
export const isId3 = (bytes: Bytes, at = 0): boolean =>
  bytes.has('ID3', at) &&
  bytes.u8(at + 3) < 0x10 &&
  bytes.u8(at + 4) < 0xff &&
  [6, 7, 8, 9].every((place) => bytes.u8(at + place) < 0x80);

/**
 * The type of the data after ID3 tags and their padding.
 *
 * @returns undefined if the data are out of reach or unknown
 */
export function soundBehindTags(bytes: Bytes): string | undefined {
  let at = 0;
  for (let tags = 0; tags < TAGS && isId3(bytes, at); tags += 1) {
    at = bytes.behindZeros(at + tagLength(bytes, at));
  }
  return SOUNDS.find(([letters]) => bytes.has(letters, at))?.[1] ?? framesAt(bytes, at);
}

/**
 * Length of an ID3 tag: its header, its frames, and the footer that a flag announces. The size field has seven bits in
 * each byte.
 */
function tagLength(bytes: Bytes, at: number): number {
  const size = [6, 7, 8, 9].reduce((sum, place) => sum * 128 + bytes.u8(at + place), 0);
  const hasFooter = (bytes.u8(at + 5) & 0x10) !== 0;
  return 10 + size + (hasFooter ? 10 : 0);
}
