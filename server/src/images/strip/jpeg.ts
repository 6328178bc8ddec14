import { neededExif } from '../header/exif';
import { FIRST_LOOK, PIECE, type ReadAt, type Source } from '../header/read-at';
import type { Apart, Own } from './apart';
import { Found } from './found';
import { isWhole, Kept, withInserted, type Part } from './parts';

/** Markers (ITU-T T.81, table B.1). */
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const RST = [0xd0, 0xd7] as const;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP13 = 0xed;
const APP14 = 0xee;
const FILL = 0xff;

/** Maximum number of segments that are read. */
const MOST_SEGMENTS = 30_000;

/** Number of bytes of the longest name that is compared at the start of a segment: the name of XMP. */
const NAME_BYTES = 29;
const HEAD_BYTES = 4;

/**
 * Name of the segment of a profile. The terminating zero is missing here (ICC.1:2022, B.4), since libvips 8.18 does not
 * check it.
 */
const PROFILE_NAME = 'ICC_PROFILE';
const EXIF_NAME = 'Exif\0\0';
const XMP_NAME = 'http://ns.adobe.com/xap/1.0/\0';

/** A segment of a JPEG. */
interface Segment {
  marker: number;
  from: number;
  to: number;
  /** First bytes of the segment, including marker and length. */
  head: Buffer;
}

/**
 * Splits the first image of a JPEG. These segments stay: those that decoders need, JFIF's density, a profile, and
 * Adobe's colour transform. Bytes after the end of the image are removed; they may be further images and videos. If the
 * end marker is missing, everything stays up to the beginning of the next image. Such a beginning cannot occur in
 * entropy-coded data (ITU-T T.81, B.1.1.5).
 *
 * @throws RangeError if the file has no image, or too many segments
 */
export async function takeJpegApart({ read, size }: Source): Promise<Apart> {
  const found = new Found();
  const kept = new Kept();
  kept.keep(0, 2);
  let at = await nextMarker(read, 2, size);
  let hasScan = false;
  let isEnded = false;
  for (let count = 0; at < size; count += 1) {
    if (count === MOST_SEGMENTS) {
      throw new RangeError('too many JPEG segments');
    }
    const segment = await segmentAt(read, at, size);
    const { marker, to } = segment;
    if (marker === EOI || marker === SOI) {
      isEnded = marker === EOI;
      kept.keep(at, isEnded ? to : at);
      break;
    }
    keepOf(segment, kept);
    await look(segment, read, found);
    at = await nextMarker(read, to, size);
    if (marker === SOS) {
      hasScan = true;
      kept.keep(to, at);
    }
  }
  if (!hasScan) {
    throw new RangeError('no JPEG scan');
  }
  if (!isEnded && kept.end < size) {
    // The end marker was cut off with the bytes after the data. Decoders would miss it, so it is written again.
    kept.put(Buffer.from([0xff, EOI]));
  }
  const parts = (own: Own) => (isWhole(kept.parts, size) ? null : withOwn(kept.parts, own));
  return { found, complete: true, parts };
}

/** Inserts the EXIF block right after SOI, where it must be (EXIF 2.32, 4.5.4). */
function withOwn(parts: readonly Part[], own: Own): Part[] {
  const exif = neededExif(own);
  if (!exif) {
    return [...parts];
  }
  const block = Buffer.concat([Buffer.from(EXIF_NAME, 'latin1'), exif]);
  const head = Buffer.from([0xff, APP1, 0, 0]);
  head.writeUInt16BE(block.length + 2, 2);
  return withInserted(parts, 2, Buffer.concat([head, block]));
}

const isIn = (marker: number, [first, last]: readonly [number, number]): boolean =>
  marker >= first && marker <= last;

/**
 * The next marker that begins or ends something, at an offset or after it. In entropy-coded data, 0xff is followed by a
 * zero or a restart marker. Reserved markers are skipped, since decoders do not know them.
 *
 * @returns offset of the marker; the file's size if there is none
 */
async function nextMarker(read: ReadAt, from: number, size: number): Promise<number> {
  let length = FIRST_LOOK;
  for (let at = from; at < size - 1;) {
    const piece = await read(at, length);
    length = Math.min(length * 2, PIECE);
    for (let i = piece.indexOf(0xff); i >= 0; i = piece.indexOf(0xff, i + 1)) {
      const marker = piece[i + 1] ?? 0;
      if (marker >= 0xc0 && marker !== FILL && !isIn(marker, RST)) {
        return at + i;
      }
    }
    if (piece.length < 2) {
      break;
    }
    // The last byte of the piece may be the first byte of a marker, so it is read again.
    at += piece.length - 1;
  }
  return size;
}

async function segmentAt(read: ReadAt, from: number, size: number): Promise<Segment> {
  const head = await read(from, HEAD_BYTES + NAME_BYTES);
  const marker = head.readUInt8(1);
  const hasLength = marker !== SOI && marker !== EOI && head.length >= HEAD_BYTES;
  const length = hasLength ? head.readUInt16BE(2) : 0;
  return { marker, from, to: Math.min(from + 2 + length, size), head };
}

/** Whether a marker begins a table, a frame or a scan of any kind of JPEG (ITU-T T.81, table B.1). */
const isCoding = (marker: number): boolean =>
  isIn(marker, [0xc0, 0xcf]) || isIn(marker, [0xda, 0xdf]);

function keepOf({ marker, from, to, head }: Segment, kept: Kept): void {
  const isNamed = (name: string) => head.toString('latin1', 4, 4 + name.length) === name;
  if (marker === APP0 && isNamed('JFIF\0')) {
    keepJfif({ from, to, head }, kept);
  } else if (marker === APP14 && isNamed('Adobe') && to - from >= ADOBE_BYTES) {
    keepFirst(ADOBE_BYTES, { from, to, head }, kept);
  } else if (isCoding(marker) || (marker === APP2 && isNamed(PROFILE_NAME))) {
    kept.keep(from, to);
  }
}

/**
 * Number of bytes of Adobe's segment: name, version, two words of flags, colour transform (Adobe Technical Note 5116,
 * 18).
 */
const ADOBE_BYTES = 16;

/**
 * Number of bytes of JFIF's segment without the thumbnail: name, version, unit, two densities, width and height of the
 * thumbnail. The thumbnail itself is removed (JFIF 1.02).
 */
const JFIF_BYTES = 18;

function keepJfif(segment: Omit<Segment, 'marker'>, kept: Kept): void {
  const { from, to, head } = segment;
  if (to - from < JFIF_BYTES) {
    return;
  }
  if (head.readUInt16BE(16) === 0) {
    keepFirst(JFIF_BYTES, segment, kept);
    return;
  }
  const without = Buffer.from(head.subarray(0, JFIF_BYTES));
  without.writeUInt16BE(JFIF_BYTES - 2, 2);
  without.writeUInt16BE(0, 16);
  kept.put(without);
}

/** Keeps the first bytes of a segment, and adapts its length field. */
function keepFirst(bytes: number, { from, to, head }: Omit<Segment, 'marker'>, kept: Kept): void {
  if (to - from === bytes) {
    kept.keep(from, to);
    return;
  }
  const first = Buffer.from(head.subarray(0, bytes));
  first.writeUInt16BE(bytes - 2, 2);
  kept.put(first);
}

async function look({ marker, from, to, head }: Segment, read: ReadAt, found: Found) {
  const name = head.toString('latin1', HEAD_BYTES);
  const body = { from: from + HEAD_BYTES, to };
  if (marker === APP1 && name.startsWith(EXIF_NAME)) {
    await found.read('exif', read, body);
  } else if (marker === APP1 && name.startsWith(XMP_NAME)) {
    await found.read('xmp', read, { ...body, from: body.from + XMP_NAME.length });
  } else if (marker === APP13) {
    await found.read('iptc', read, body);
  }
}
