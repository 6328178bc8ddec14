/**
 * Reads numbers and letters in the first bytes of a file. Beyond the end, numbers are NaN and texts are short. Every
 * comparison with NaN is false, so missing bytes prove nothing.
 */
export class Bytes {
  readonly length: number;
  private readonly data: Buffer;

  constructor(head: Uint8Array) {
    this.data = Buffer.from(head.buffer, head.byteOffset, head.length);
    this.length = head.length;
  }

  u8(at: number): number {
    return this.data[at] ?? NaN;
  }

  u16le(at: number): number {
    return this.u8(at) + this.u8(at + 1) * 0x100;
  }

  u16be(at: number): number {
    return this.u8(at) * 0x100 + this.u8(at + 1);
  }

  u32le(at: number): number {
    return this.u16le(at) + this.u16le(at + 2) * 0x1_0000;
  }

  u32be(at: number): number {
    return this.u16be(at) * 0x1_0000 + this.u16be(at + 2);
  }

  /** Reads eight bytes as a number. The number is exact up to 2^53; larger numbers exceed any file. */
  u64le(at: number): number {
    return this.u32le(at) + this.u32le(at + 4) * 0x1_0000_0000;
  }

  u64be(at: number): number {
    return this.u32be(at) * 0x1_0000_0000 + this.u32be(at + 4);
  }

  /** Returns bytes as Latin-1 letters, one letter for each byte. */
  text(at: number, length: number): string {
    return this.data.toString('latin1', at, at + length);
  }

  /** Whether these Latin-1 letters are at an offset. */
  has(letters: string, at = 0): boolean {
    return this.text(at, letters.length) === letters;
  }

  /** Offset of the first non-zero byte, from an offset on; the length if all bytes are zero. */
  behindZeros(from: number): number {
    let at = from;
    while (this.data[at] === 0) {
      at += 1;
    }
    return at;
  }
}

/** Whether a number is within a range; false for NaN. */
export const isIn = (value: number, least: number, most: number): boolean =>
  value >= least && value <= most;
