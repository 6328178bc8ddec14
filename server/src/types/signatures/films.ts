import { isIn, type Bytes } from './bytes';
import { boxSize } from './iso-bmff';

/** Bytes between two packets of an MPEG transport stream, without and with a time stamp before each. */
const PACKET = 188;
const STAMPED = 192;

/** A WAV, its form for more than 4 GB too (EBU Tech 3306), which the library does not know. */
export function isWave(bytes: Bytes): boolean {
  return /^(RIFF|RF64|BW64)$/.test(bytes.text(0, 4)) && bytes.has('WAVE', 8);
}

/** All packets that lie in reach begin with the same byte. */
export function isTransportStream(bytes: Bytes): boolean {
  const areInStep = (first: number, step: number) => {
    let packets = 0;
    for (let at = first; at < bytes.length; at += step) {
      if (bytes.u8(at) !== 0x47) {
        return false;
      }
      packets += 1;
    }
    return packets >= 2;
  };
  return areInStep(0, PACKET) || areInStep(4, STAMPED);
}

/** What the first box may be followed by, or hold, where a film does not begin with its brand. */
const NEXT_BOXES = /^(mdat|moov|free|wide|skip|ftyp|pnot|uuid)$/;
const IN_MOOV = /^(mvhd|cmov|rmra|iods|udta|trak)$/;

/** The first box has a size that it can have, and what belongs behind it or into it. */
export function isBox(bytes: Bytes): boolean {
  const { header, size } = boxSize(bytes, 0);
  switch (bytes.text(4, 4)) {
    case 'ftyp':
      return isIn(size, 16, 4096) && size % 4 === 0;
    case 'moov':
      return IN_MOOV.test(bytes.text(header + 4, 4));
    case 'mdat':
      return size >= header;
    default:
      return size + 8 > bytes.length
        ? isIn(size, header, 0xff_ffff)
        : NEXT_BOXES.test(bytes.text(size + 4, 4));
  }
}

/**
 * Those that zlib has packed have its header behind that of the file (SWF 19, chapter 2); the library does not
 * know those that LZMA has packed.
 */
export function isFlash(bytes: Bytes): boolean {
  const isPlausible =
    /^[CFZ]WS$/.test(bytes.text(0, 3)) &&
    isIn(bytes.u8(3), 1, 60) &&
    isIn(bytes.u32le(4), 9, 0x0fff_ffff);
  const isPacked = bytes.u8(0) === 0x43;
  return isPlausible && (!isPacked || (bytes.u8(8) % 16 === 8 && bytes.u16be(8) % 31 === 0));
}
