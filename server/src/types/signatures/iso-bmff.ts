import type { Bytes } from './bytes';
import { kindOfTracks, type Container, type Kind } from './tracks';

/** Boxes that contain the boxes down to a track's handler (ISO 14496-12, table 1). */
const OUTER = new Set(['moov', 'trak', 'mdia']);

/** Handler types of tracks (ISO 14496-12, 8.4.3; the same in QuickTime). */
const HANDLERS: Record<string, Kind> = { vide: 'video', soun: 'audio' };

/** Maximum number of boxes that are read. A video of several hours has a few dozen before its last track. */
const BOXES = 2000;

const TYPES =
  /^(audio|video)\/(mp4|x-m4a|x-m4v|m4[av]|quicktime|3gpp2?|x-f4[av]|f4[av]|aac|vnd\.dece\..+)$/;

/**
 * A container of boxes with video or audio.
 *
 * @param brand the type that `file-type` derives from the brand
 */
export function isoContainer(bytes: Bytes, brand: string): Container {
  const isSound = brand.startsWith('audio/');
  const tracks = tracksOf(bytes);
  return {
    // Audiobooks store the images of their chapters in a video track.
    kind: isSound && tracks.has('audio') ? 'audio' : kindOfTracks(tracks),
    exact: isSound ? { audio: brand } : brand === 'video/mp4' ? {} : { video: brand },
    usual: {
      audio: brand.startsWith('video/3gpp') ? 'audio/3gpp' : 'audio/mp4',
      video: 'video/mp4',
    },
    unknown: brand,
    types: TYPES,
  };
}

function tracksOf(bytes: Bytes): Set<Kind> {
  const kinds = new Set<Kind>();
  let at = 0;
  for (let boxes = 0; boxes < BOXES && at + 16 <= bytes.length; boxes += 1) {
    const name = bytes.text(at + 4, 4);
    const { header, size } = boxSize(bytes, at);
    if (size < header) {
      break;
    }
    const kind = name === 'hdlr' ? HANDLERS[bytes.text(at + header + 8, 4)] : undefined;
    if (kind) {
      kinds.add(kind);
    }
    // The boxes inside these boxes are read as if they were on the same level.
    at += OUTER.has(name) ? header : size;
  }
  return kinds;
}

/** Number of bytes of a box and of its header. A size field of 0 means that the box extends to the end of the file. */
export function boxSize(bytes: Bytes, at: number): { header: number; size: number } {
  const size = bytes.u32be(at);
  if (size === 1) {
    return { header: 16, size: bytes.u64be(at + 8) };
  }
  return { header: 8, size: size === 0 ? Infinity : size };
}
