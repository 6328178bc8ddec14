import { isIn, type Bytes } from './bytes';

/** Methods of compression in a zip (APPNOTE 4.4.5). */
const ZIP_METHODS = new Set([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 19, 20, 93, 94, 95, 96, 97, 98, 99,
]);

/** With what blocks and the end of a bzip2 begin: pi, and its root, in BCD. */
const BZIP2_BLOCKS = ['1AY&SY', '\x17rE8P\x90'];

/** True for a bzip2, whose first bytes can all be letters. */
export function isBzip2(bytes: Bytes): boolean {
  return /^BZh[1-9]$/.test(bytes.text(0, 4)) && BZIP2_BLOCKS.some((block) => bytes.has(block, 4));
}

export function isCpio(bytes: Bytes): boolean {
  if (bytes.has('070707')) {
    return /^[0-7]{76}$/.test(bytes.text(0, 76)) && bytes.length > 76;
  }
  const nameLength = bytes.u16le(20);
  return isIn(nameLength, 2, 4096) && bytes.u8(26 + nameLength - 1) === 0;
}

/** The first entry is a file whose name is there, or the zip has none, or its parts are announced. */
export function isZip(bytes: Bytes): boolean {
  if (bytes.has('PK\x03\x04')) {
    return ZIP_METHODS.has(bytes.u16le(8)) && isIn(bytes.u16le(26), 1, 4096);
  }
  // One that begins with its end is empty.
  return bytes.has('PK\x05\x06') ? bytes.u32be(8) === 0 : bytes.has('PK\x07\x08PK');
}

/** The sum of the header's bytes, its own field taken as blanks (POSIX ustar). */
export function isTar(bytes: Bytes): boolean {
  const told = parseInt(bytes.text(148, 8).replace(/[\0 ]/g, ''), 8);
  let sum = 8 * 0x20;
  for (let at = 0; at < 512; at += 1) {
    sum += at >= 148 && at < 156 ? 0 : bytes.u8(at);
  }
  return sum === told;
}
