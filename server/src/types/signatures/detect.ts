import { PDF } from '../common-types';
import { asfContainer, ASF_HEADER } from './asf';
import { Bytes } from './bytes';
import { kinByName } from './families';
import { framesAt } from './frames';
import { isId3, soundBehindTags, TAGGED } from './id3';
import { isoContainer } from './iso-bmff';
import { matroskaContainer } from './matroska';
import { oggContainer } from './ogg';
import { isFlash, isWave } from './films';
import { agrees, isTiff } from './structure';
import { PDF_REACH, pdfMark } from './text-formats';
import { containerType, type Claims, type Container } from './tracks';

/** Number of bytes that the detection needs (the sample size of the `file-type` library). */
export const HEAD_BYTES = 4100;

/** Number of bytes that the detection needs for audio and video: their tracks may come after images and indexes. */
export const MEDIA_BYTES = 64 * 1024;

const EBML = '\x1a\x45\xdf\xa3';

/** Boxes with which a video or audio file may begin. Images in boxes have their own brands. */
const BOXES = /^(ftyp(?!avi[fs]|mi[fa]1|msf1|he[iv][cxms]|crx )|moov|mdat|free|wide)/;

/** How many bytes the detection needs of a file that begins with `head`. */
export function wantedBytes(head: Uint8Array): number {
  const bytes = new Bytes(head.subarray(0, 16));
  const isMedia =
    bytes.has('ID3') ||
    bytes.has(EBML) ||
    bytes.has('OggS') ||
    bytes.has(ASF_HEADER) ||
    BOXES.test(bytes.text(4, 8));
  return isMedia ? MEDIA_BYTES : HEAD_BYTES;
}

/** The type of bytes that are not text. */
export interface Detected {
  /** The type, with the name and the declared type taken into account. */
  type: string;
  /** The type according to the bytes alone. */
  alone: string;
}

/**
 * Detects the type of bytes that are not text.
 *
 * @param head as many bytes as {@link wantedBytes} returns, or the whole file if it is shorter
 * @param ext extension of the name in lower case, without its dot
 * @returns undefined if the bytes do not show it
 */
export async function detectBinary(
  head: Uint8Array,
  ext: string,
  claims: Claims
): Promise<Detected | undefined> {
  const bytes = new Bytes(head);
  if (isId3(bytes)) {
    return { type: taggedType(bytes, claims), alone: taggedType(bytes, NOTHING) };
  }
  const stream = streamContainer(bytes);
  if (stream) {
    return inContainer(stream, claims);
  }
  const pdf = pdfMark(bytes.text(0, PDF_REACH));
  if (pdf === 'begins') {
    return sure(PDF);
  }
  const found = await typeByPlace(head.subarray(0, HEAD_BYTES));
  if (!found) {
    return pdf && sure(PDF);
  }
  if (found === 'image/jpeg' && isCalledMotionJpeg(ext, claims)) {
    return { type: MOTION_JPEG, alone: found };
  }
  return BRANDS.test(found)
    ? inContainer(isoContainer(bytes, found), claims)
    : { type: kinByName(found, ext, claims.byName), alone: found };
}

const MOTION_JPEG = 'video/x-motion-jpeg';

/**
 * Motion JPEG: JPEG images one after the other without a container. Only the name or the declared type distinguishes it
 * from a single image. (In `.mpo`, the first image is the main one, and the others belong to it.)
 */
const isCalledMotionJpeg = (ext: string, { declared }: Claims): boolean =>
  /^(mjpe?g|mjp)$/.test(ext) || declared === MOTION_JPEG;

/** Audio and video types that brands stand for. */
const BRANDS = /^(audio|video)\/(mp4|x-m4[av]|quicktime|3gpp2?)$/;

const NOTHING: Claims = { byName: undefined, declared: undefined };

const sure = (type: string): Detected => ({ type, alone: type });

const inContainer = (container: Container, claims: Claims): Detected => ({
  type: containerType(container, claims),
  alone: containerType(container, NOTHING),
});

const typeByPlace = async (head: Uint8Array): Promise<string | undefined> =>
  (await bySignature(head)) ?? behindName(head) ?? byItsOwnWay(new Bytes(head));

function streamContainer(bytes: Bytes): Container | undefined {
  if (bytes.has(EBML)) {
    return matroskaContainer(bytes);
  }
  if (bytes.has('OggS\0')) {
    return oggContainer(bytes);
  }
  return bytes.has(ASF_HEADER) ? asfContainer(bytes) : undefined;
}

/**
 * The type of a file with ID3 tags. The data after the tags decide. If these data are out of reach, the declared type
 * decides, otherwise the name.
 */
function taggedType(bytes: Bytes, { byName, declared }: Claims): string {
  const told = soundBehindTags(bytes);
  return told ?? [declared, byName].find((type) => type && TAGGED.includes(type)) ?? TAGGED[0];
}

/** Detects a type by its magic number, and checks that the bytes after it fit. */
async function bySignature(head: Uint8Array): Promise<string | undefined> {
  // file-type is an ES module. A dynamic import works from the CommonJS build too.
  const { fileTypeFromBuffer } = await import('file-type');
  try {
    const word = (await fileTypeFromBuffer(head))?.mime.split(';')[0];
    // The library has its own names for two kinds of `video/mpeg`.
    const type = word?.replace(/^video\/MP[12][SP]$/, 'video/mpeg');
    return type && agrees(new Bytes(head), type) ? type : undefined;
  } catch {
    // The head contains false lengths, so the bytes prove nothing.
    return undefined;
  }
}

/** Formats that begin with a name of any letters, and the offset and the letters of the magic number after the name. */
const NAMED_FIRST: Record<string, [at: number, letters: string]> = {
  // Old tar files have no magic number, only a checksum in their header.
  'application/x-tar': [0, ''],
  'application/x-mobipocket-ebook': [60, 'BOOKMOBI'],
  'application/dicom': [128, 'DICM'],
  'audio/x-s3m': [44, 'SCRM'],
};

function behindName(head: Uint8Array): string | undefined {
  const bytes = new Bytes(head);
  return Object.entries(NAMED_FIRST).find(
    ([type, [at, letters]]) => bytes.has(letters, at) && agrees(bytes, type)
  )?.[0];
}

/** Detects formats that may begin at several positions. The library finds them only at some of these positions. */
function byItsOwnWay(bytes: Bytes): string | undefined {
  if (isTiff(bytes)) {
    return 'image/tiff';
  }
  if (isFlash(bytes)) {
    return 'application/x-shockwave-flash';
  }
  return isWave(bytes) ? 'audio/wav' : framesAt(bytes, bytes.behindZeros(0));
}
