import type { Bytes } from './bytes';
import { kindOfTracks, type Container, type Kind } from './tracks';

/** Elements (RFC 8794, RFC 9559) whose inside is walked through: header, segment, tracks, one track. */
const OUTER = new Set([0x1a45dfa3, 0x18538067, 0x1654ae6b, 0xae]);
const DOC_TYPE = 0x4282;
const TRACK_TYPE = 0x83;

/** Values of TrackType (RFC 9559, 5.1.4.1.3). */
const KINDS: Record<number, Kind> = { 1: 'video', 2: 'audio' };

/** Most elements that are looked at. */
const ELEMENTS = 2000;

const TYPES = /^(audio|video)\/(webm|(x-)?matroska)$/;

/** A film or sound of EBML elements; undefined where it says that it is something else. */
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

/** What a number of variable length stands for. */
interface VintKind {
  /** Most bytes that it may have. */
  most: number;
  /** Whether the 1 that ends the zeros is a part of its value. */
  keepsMark: boolean;
}

const IDENTIFIER: VintKind = { most: 4, keepsMark: true };
const SIZE: VintKind = { most: 8, keepsMark: false };

/**
 * A number of variable length (RFC 8794, section 4): the zeros before its first 1 tell its bytes. An
 * identifier keeps that 1; a size of ones alone is unknown, and Infinity here.
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
