import type { Bytes } from './bytes';

/**
 * Bit rates in kbit/s by version and layer, for MPEG-1 and for MPEG-2 and 2.5 (ISO 11172-3 and 13818-3, table of
 * `bitrate_index`).
 */
const RATES: Record<string, readonly number[]> = {
  '1-1': [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1-2': [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1-3': [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2-1': [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2-2': [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  '2-3': [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};

/** Samples per second of MPEG-1. MPEG-2 has half as many, MPEG-2.5 a quarter. */
const SAMPLES = [44_100, 48_000, 32_000];

/** Divisors of the sampling rates of MPEG-1, by the two bits of the version. The version 1 is reserved. */
const PART = [4, NaN, 2, 1];

/** Length in bytes of an MPEG audio frame, layers I to III; NaN if no frame begins here. */
function mpegFrame(bytes: Bytes, at: number): number {
  const [second, third] = [bytes.u8(at + 1), bytes.u8(at + 2)];
  if (bytes.u8(at) !== 0xff || !(second >= 0xe0)) {
    return NaN;
  }
  const version = (second >> 3) & 3;
  const layer = 4 - ((second >> 1) & 3);
  const rate = RATES[`${version === 3 ? 1 : 2}-${layer}`]?.[(third >> 4) - 1];
  const samples = (SAMPLES[(third >> 2) & 3] ?? NaN) / (PART[version] ?? NaN);
  const padding = (third >> 1) & 1;
  if (layer === 1) {
    return (Math.floor((12_000 * (rate ?? NaN)) / samples) + padding) * 4;
  }
  const perBit = layer === 3 && version !== 3 ? 72_000 : 144_000;
  return Math.floor((perBit * (rate ?? NaN)) / samples) + padding;
}

/**
 * Maximum number of bytes of an AAC frame that is recognised. With this limit, the second frame still begins within the
 * bytes that are read.
 */
const LONGEST = 4096;

/** Length in bytes of an ADTS frame of AAC (ISO 13818-7, 6.2); NaN if no frame begins here. */
function adtsFrame(bytes: Bytes, at: number): number {
  const isFrame =
    bytes.u8(at) === 0xff &&
    (bytes.u8(at + 1) & 0xf6) === 0xf0 &&
    ((bytes.u8(at + 2) >> 2) & 15) < 13;
  const length = ((bytes.u8(at + 3) & 3) << 11) | (bytes.u8(at + 4) << 3) | (bytes.u8(at + 5) >> 5);
  return isFrame && length > 7 && length < LONGEST ? length : NaN;
}

/** Bit rates of AC-3 in kbit/s (ATSC A/52, table 5.18), by half of `frmsizecod`. */
const AC3_RATES = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448];
const AC3_HIGH = [512, 576, 640];
const AC3_SAMPLES = [48_000, 44_100, 32_000];

/** Length in bytes of a frame of AC-3 or, depending on `bsid`, Enhanced AC-3 (annex E); NaN if no frame begins here. */
function ac3Frame(bytes: Bytes, at: number): number {
  if (bytes.u16be(at) !== 0x0b77) {
    return NaN;
  }
  if (bytes.u8(at + 5) >> 3 > 10) {
    return 2 * (((bytes.u8(at + 2) & 7) << 8) + bytes.u8(at + 3) + 1);
  }
  const code = bytes.u8(at + 4);
  const rate = [...AC3_RATES, ...AC3_HIGH][(code & 63) >> 1] ?? NaN;
  const samples = AC3_SAMPLES[code >> 6] ?? NaN;
  const odd = samples === 44_100 ? code & 1 : 0;
  return 2 * (Math.floor((96_000 * rate) / samples) + odd);
}

/**
 * Whether a frame begins at an offset. If the end of this frame is within the bytes, a second frame must begin there.
 */
const areTwo = (frame: (bytes: Bytes, at: number) => number) => (bytes: Bytes, at: number) => {
  const next = at + frame(bytes, at);
  return next + 4 <= bytes.length ? frame(bytes, next) > 0 : next > at;
};

export const isMpegAudio = areTwo(mpegFrame);
export const isAdts = areTwo(adtsFrame);
export const isAc3 = areTwo(ac3Frame);

/** The type of the frames at an offset; undefined if no frame begins there. */
export function framesAt(bytes: Bytes, at: number): string | undefined {
  if (isAdts(bytes, at)) {
    return 'audio/aac';
  }
  return isMpegAudio(bytes, at) ? 'audio/mpeg' : undefined;
}
