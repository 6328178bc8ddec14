import type { Bytes } from './bytes';
import { kindOfTracks, type Container, type Kind } from './tracks';

/** GUIDs as they are stored in the file (Advanced Systems Format, section 10). */
const latin1 = (hex: string) => Buffer.from(hex, 'hex').toString('latin1');
export const ASF_HEADER = latin1('3026b2758e66cf11a6d900aa0062ce6c');
const STREAM = latin1('9107dcb7b7a9cf118ee600c00c205365');
const STREAMS: Record<string, Kind> = {
  [latin1('409e69f84d5bcf11a8fd00805f5c442b')]: 'audio',
  [latin1('c0ef19bc4d5bcf11a8fd00805f5c442b')]: 'video',
};

/** Maximum number of objects of the header that are read, and the offset of the first object. */
const OBJECTS = 512;
const FIRST = 30;

/** A Windows Media container. An object in its header describes each stream. */
export function asfContainer(bytes: Bytes): Container {
  const kinds = new Set<Kind>();
  let at = FIRST;
  for (let objects = 0; objects < OBJECTS && at + 24 <= bytes.length; objects += 1) {
    const kind = bytes.has(STREAM, at) ? STREAMS[bytes.text(at + 24, 16)] : undefined;
    if (kind) {
      kinds.add(kind);
    }
    const size = bytes.u64le(at + 16);
    if (!(size >= 24)) {
      break;
    }
    at += size;
  }
  return {
    kind: kindOfTracks(kinds),
    exact: {},
    usual: { audio: 'audio/x-ms-wma', video: 'video/x-ms-wmv' },
    unknown: 'application/vnd.ms-asf',
    types: /^(audio|video)\/(x-ms-(asf|wm[av]?)|vnd\.ms-playready\.media\.py[av])$/,
  };
}
