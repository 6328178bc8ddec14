import type { Bytes } from './bytes';
import { kindOfTracks, type Container, type Kind } from './tracks';

/** Elements (RFC 8794, RFC 9559) whose content is read: header, segment, tracks, one track. */
const OUTER = new Set([0x1a45dfa3, 0x18538067, 0x1654ae6b, 0xae]);
const DOC_TYPE = 0x4282;
const TRACK_TYPE = 0x83;

/** Values of TrackType (RFC 9559, 5.1.4.1.3). */
const KINDS: Record<number, Kind> = { 1: 'video', 2: 'audio' };

/** Maximum number of elements that are read. */
const ELEMENTS = 2000;

const TYPES = /^(audio|video)\/(webm|(x-)?matroska)$/;

/** A Matroska or WebM container, which consists of EBML elements; undefined if the document type is another one. */
export function matroskaContainer(bytes: Bytes): Container | undefined {
  const tracks = new Set<Kind>();
  let docType: string | undefined;
  let at = 0;
  for (let elements = 0; elements < ELEMENTS && at < bytes.length; elements += 1) {
    const id = vint(bytes, at, IDENTIFIER);
    const size = vint(bytes, at + id.length, SIZE);
    const content = at + id.length + size.length;
    if (!(content <= bytes.length)) {
      break;
    }
    if (id.value === DOC_TYPE) {
      docType = bytes.text(content, Math.min(size.value, 16)).split('\0')[0];
    }
    const kind = id.value === TRACK_TYPE ? KINDS[bytes.u8(content)] : undefined;
    if (kind) {
      tracks.add(kind);
    }
    at = OUTER.has(id.value) ? content : content + size.value;
  }
  return docType === 'webm' || docType === 'matroska'
    ? containerOf(docType, kindOfTracks(tracks))
    : undefined;
}

function containerOf(docType: string, kind: Kind | undefined): Container {
  const both = { audio: `audio/${docType}`, video: `video/${docType}` };
  return { kind, exact: both, usual: both, unknown: both.video, types: TYPES };
}

/** A kind of number of variable length. */
interface VintKind {
  /** Maximum number of bytes of the number. */
  most: number;
  /** Whether the 1 bit after the leading zeros is part of the value. */
  keepsMark: boolean;
}

const IDENTIFIER: VintKind = { most: 4, keepsMark: true };
const SIZE: VintKind = { most: 8, keepsMark: false };

/**
 * Reads a number of variable length (RFC 8794, section 4). The zeros before its first 1 bit give its length in bytes.
 * An identifier keeps that 1 bit. A size of only 1 bits is unknown; it is Infinity here.
 */
function vint(bytes: Bytes, at: number, { most, keepsMark }: VintKind) {
  const first = bytes.u8(at);
  const length = Math.clz32(first) - 23;
  if (!(first > 0) || length > most) {
    return { length: NaN, value: NaN };
  }
  const mark = 0x80 >> (length - 1);
  let value = keepsMark ? first : first - mark;
  let isOnes = value === mark - 1;
  for (let place = 1; place < length; place += 1) {
    value = value * 0x100 + bytes.u8(at + place);
    isOnes &&= bytes.u8(at + place) === 0xff;
  }
  return { length, value: isOnes && !keepsMark ? Infinity : value };
}
