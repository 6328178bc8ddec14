import { isIn, type Bytes } from './bytes';
import { boxSize } from './iso-bmff';

/**
 * Lengths of a packet of an MPEG transport stream, in bytes: a plain packet, and a packet with a time stamp before it.
 */
const PACKET = 188;
const STAMPED = 192;

/**
 * Whether the bytes are a WAV, including the form for more than 4 GB (EBU Tech 3306), which the library does not
 * support.
 */
export function isWave(bytes: Bytes): boolean {
  return /^(RIFF|RF64|BW64)$/.test(bytes.text(0, 4)) && bytes.has('WAVE', 8);
}

/** Whether the bytes are an MPEG transport stream: all packets in reach must begin with the same byte. */
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

/** Boxes that may follow the first box, or lie inside it, if a video does not begin with its brand. */
const NEXT_BOXES = /^(mdat|moov|free|wide|skip|ftyp|pnot|uuid)$/;
const IN_MOOV = /^(mvhd|cmov|rmra|iods|udta|trak)$/;

/** Whether the first box has a possible size, and a suitable box follows it or lies in it. */
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
 * Whether the bytes are a Flash file. If zlib has compressed it, a zlib header follows the file's header (SWF 19,
 * chapter 2). The library does not recognise files that LZMA has compressed.
 */
export function isFlash(bytes: Bytes): boolean {
  const isPlausible =
    /^[CFZ]WS$/.test(bytes.text(0, 3)) &&
    isIn(bytes.u8(3), 1, 60) &&
    isIn(bytes.u32le(4), 9, 0x0fff_ffff);
  const isPacked = bytes.u8(0) === 0x43;
  return isPlausible && (!isPacked || (bytes.u8(8) % 16 === 8 && bytes.u16be(8) % 31 === 0));
}
