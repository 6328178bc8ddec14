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

/** How many bytes of a file the detection wants (the sample size of the `file-type` library). */
export const HEAD_BYTES = 4100;

/** The same for sound and film, whose tracks may lie behind images and indexes. */
export const MEDIA_BYTES = 64 * 1024;

const EBML = '\x1a\x45\xdf\xa3';

/** Boxes with which a film or sound may begin; images in boxes have brands of their own. */
const BOXES = /^(ftyp(?!avi[fs]|mi[fa]1|msf1|he[iv][cxms]|crx )|moov|mdat|free|wide)/;

/** How many bytes of a file the detection wants that begins with these. */
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

/** The type of bytes that are no text. */
export interface Detected {
  /** The type of the bytes under the file's name. */
  type: string;
  /** What they say by themselves. */
  alone: string;
}

/**
 * The type of bytes that are no text.
 *
 * @param head as many as {@link wantedBytes} says, or all of a shorter file
 * @param ext extension of the name in small letters, without its dot
 * @returns undefined where they do not tell
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
 * A recording of images one behind the other, without anything around them: only its name tells it from one
 * image. (In `.mpo` the first is the image, and the others belong to it.)
 */
const isCalledMotionJpeg = (ext: string, { declared }: Claims): boolean =>
  /^(mjpe?g|mjp)$/.test(ext) || declared === MOTION_JPEG;

/** Types of sound and film that brands stand for. */
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

/** What stands behind the tags decides; where it lies out of reach the client's word does, else the name. */
function taggedType(bytes: Bytes, { byName, declared }: Claims): string {
  const told = soundBehindTags(bytes);
  return told ?? [declared, byName].find((type) => type && TAGGED.includes(type)) ?? TAGGED[0];
}

/** By the magic number, if what stands behind it is what belongs there. */
async function bySignature(head: Uint8Array): Promise<string | undefined> {
  // file-type is an ES module; a dynamic import works from the CommonJS build too.
  const { fileTypeFromBuffer } = await import('file-type');
  try {
    const word = (await fileTypeFromBuffer(head))?.mime.split(';')[0];
    // The library's own words for two kinds of what all others call so.
    const type = word?.replace(/^video\/MP[12][SP]$/, 'video/mpeg');
    return type && agrees(new Bytes(head), type) ? type : undefined;
  } catch {
    // A head that lies about its inner lengths: the bytes do not tell.
    return undefined;
  }
}

/** Formats that begin with a name, which can be any letters, and have their magic number behind it. */
const NAMED_FIRST: Record<string, [at: number, letters: string]> = {
  // Old ones have nothing but the sum of their header.
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

/** What the library looks for in fewer places than it may stand in. */
function byItsOwnWay(bytes: Bytes): string | undefined {
  if (isTiff(bytes)) {
    return 'image/tiff';
  }
  if (isFlash(bytes)) {
    return 'application/x-shockwave-flash';
  }
  return isWave(bytes) ? 'audio/wav' : framesAt(bytes, bytes.behindZeros(0));
}
