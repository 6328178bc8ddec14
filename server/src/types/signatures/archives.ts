import { isIn, type Bytes } from './bytes';

/** Compression methods in a zip (APPNOTE 4.4.5). */
const ZIP_METHODS = new Set([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 19, 20, 93, 94, 95, 96, 97, 98, 99,
]);

/** Marks at the beginning of a bzip2 block and of the end of a bzip2 file: pi, and its square root, in BCD. */
const BZIP2_BLOCKS = ['1AY&SY', '\x17rE8P\x90'];

/** Whether the bytes are a bzip2 file. The first four bytes of such a file could also be a text. */
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

/**
 * Whether the bytes are a zip. It must start with an entry that has a name, or be empty, or be the first part of a
 * split archive.
 */
export function isZip(bytes: Bytes): boolean {
  if (bytes.has('PK\x03\x04')) {
    return ZIP_METHODS.has(bytes.u16le(8)) && isIn(bytes.u16le(26), 1, 4096);
  }
  // A zip that starts with its end record is empty.
  return bytes.has('PK\x05\x06') ? bytes.u32be(8) === 0 : bytes.has('PK\x07\x08PK');
}

/**
 * Whether the bytes are a tar archive with the right checksum. The checksum field itself counts as blanks (POSIX
 * ustar).
 */
export function isTar(bytes: Bytes): boolean {
  const told = parseInt(bytes.text(148, 8).replace(/[\0 ]/g, ''), 8);
  let sum = 8 * 0x20;
  for (let at = 0; at < 512; at += 1) {
    sum += at >= 148 && at < 156 ? 0 : bytes.u8(at);
  }
  return sum === told;
}
