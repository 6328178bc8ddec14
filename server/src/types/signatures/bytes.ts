/**
 * Numbers and letters in the first bytes of a file. Beyond their end numbers are NaN, which no comparison
 * takes for anything, and texts are short: what is not there proves nothing.
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

  /** Exact up to 2^53; larger ones are larger than any file. */
  u64le(at: number): number {
    return this.u32le(at) + this.u32le(at + 4) * 0x1_0000_0000;
  }

  u64be(at: number): number {
    return this.u32be(at) * 0x1_0000_0000 + this.u32be(at + 4);
  }

  /** Bytes as letters of Latin-1, one for each. */
  text(at: number, length: number): string {
    return this.data.toString('latin1', at, at + length);
  }

  /** Whether letters of Latin-1 stand at a place. */
  has(letters: string, at = 0): boolean {
    return this.text(at, letters.length) === letters;
  }

  /** Place of the first byte from a place on that is not zero; the length where all are. */
  behindZeros(from: number): number {
    let at = from;
    while (this.data[at] === 0) {
      at += 1;
    }
    return at;
  }
}

/** Whether a number is one that can be; NaN is none. */
export const isIn = (value: number, least: number, most: number): boolean =>
  value >= least && value <= most;
