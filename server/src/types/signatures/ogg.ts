import type { Bytes } from './bytes';
import { kindOfTracks, type Container, type Kind } from './tracks';

/** Letters at the beginning of a stream's first packet (xiph.org, MIMETypesCodecs). */
const CODECS: ReadonlyArray<[letters: string, kind: Kind]> = [
  ['\x80theora', 'video'],
  ['\x01video', 'video'],
  ['BBCD\0', 'video'],
  ['OVP80', 'video'],
  ['\x80daala', 'video'],
  ['OpusHead', 'audio'],
  ['\x01vorbis', 'audio'],
  ['\x7fFLAC', 'audio'],
  ['fLaC', 'audio'],
  ['Speex   ', 'audio'],
  ['CELT    ', 'audio'],
  ['PCM     ', 'audio'],
  ['\x01audio', 'audio'],
];

/** Maximum number of streams of one file that are read. */
const STREAMS = 64;

/** Flag of a page that begins a stream (RFC 3533, section 6). */
const BEGINS = 2;

/** An Ogg container. The first pages of all streams come before any other page. */
export function oggContainer(bytes: Bytes): Container {
  const kinds = new Set<Kind>();
  let at = 0;
  for (let streams = 0; streams < STREAMS && isBeginning(bytes, at); streams += 1) {
    const segments = bytes.u8(at + 26);
    const packet = at + 27 + segments;
    const kind = CODECS.find(([letters]) => bytes.has(letters, packet))?.[1];
    if (kind) {
      kinds.add(kind);
    }
    at = packet;
    for (let segment = 0; segment < segments; segment += 1) {
      at += bytes.u8(packet - segments + segment);
    }
  }
  const both = { audio: 'audio/ogg', video: 'video/ogg' };
  return {
    kind: kindOfTracks(kinds),
    exact: both,
    usual: both,
    unknown: 'application/ogg',
    types: /^(audio|video)\/(x-)?(ogg|opus|speex|vorbis)$/,
  };
}

const isBeginning = (bytes: Bytes, at: number): boolean =>
  bytes.has('OggS\0', at) && (bytes.u8(at + 5) & BEGINS) !== 0;
