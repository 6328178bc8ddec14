import { isBzip2, isCpio, isTar, isZip } from './archives';
import { isIn, type Bytes } from './bytes';
import { isBox, isFlash, isTransportStream, isWave } from './films';
import { isAc3, isAdts, isMpegAudio } from './frames';
import { markedKind, PDF_REACH, pdfMark } from './text-formats';

type Check = (bytes: Bytes) => boolean;

/** Number of bytes of an entry in the directory of an icon file. */
const ENTRY = 16;

/** Sizes, in bytes, of the header that follows a BMP's file header: OS/2, Windows, and later versions. */
const BMP_HEADERS = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

/** Possible numbers of bits of the height in a JPEG XL (ISO 18181-1, D.2), and the largest height in practice. */
const HEIGHT_BITS = [9, 13, 18, 30];
const LARGEST_SIDE = 2 ** 18;

/**
 * Checks of the bytes after the magic number of a type. `file-type` 21.3 checks only the number. The list has all types
 * of `file-type` whose number has three bytes or fewer, or can occur in a text. Other types have a longer number with
 * bytes that no text has.
 */
const CHECKS: Record<string, Check> = {
  // Types whose magic number has two bytes.
  'image/bmp': (b) => BMP_HEADERS.has(b.u32le(14)) && b.u32le(10) >= 14 + b.u32le(14),
  'audio/vnd.dolby.dd-raw': (b) => isAc3(b, 0),
  // The magic number of a disk image begins any zlib data, so it proves nothing. A disk image is recognised only by its
  // end.
  'application/x-apple-diskimage': () => false,
  'application/x-msdownload': isProgram,
  'application/postscript': (b) => /^%!(PS|[\r\n])/.test(b.text(0, 4)),
  'application/x-compress': (b) =>
    b.u8(1) === 0x9d && (b.u8(2) & 0x60) === 0 && isIn(b.u8(2) & 0x1f, 9, 16),
  'application/x-cpio': isCpio,
  'application/x-arj': (b) => isIn(b.u16le(2), 30, 2600) && isIn(b.u8(4), 30, 255),
  'image/jxl': isJxl,
  'audio/aac': (b) => isAdts(b, 0),
  'audio/mpeg': (b) => isMpegAudio(b, 0),
  'video/mp2t': isTransportStream,
  // Types whose magic number has three bytes.
  'image/gif': (b) => /^GIF8[79]a$/.test(b.text(0, 6)),
  'image/vnd.ms-photo': (b) => b.u8(3) <= 1 && b.u32le(4) >= 8,
  'image/jpeg': (b) => b.u8(3) >= 0xc0,
  'application/gzip': (b) => (b.u8(3) & 0xe0) === 0,
  'application/x-bzip2': isBzip2,
  'application/x-shockwave-flash': isFlash,
  'audio/x-musepack': (b) =>
    b.has('MPCK') ? /^(SH|RG|EI|SO|AP|ST|SE)$/.test(b.text(4, 2)) : (b.u8(3) & 15) === 7,
  // Types whose magic number consists of letters.
  'application/avro': (b) => b.u8(3) === 1,
  'image/flif': (b) => isIn(b.u8(4), 0x31, 0x64) && /^[012]$/.test(b.text(5, 1)),
  'image/vnd.adobe.photoshop': (b) => isIn(b.u16be(4), 1, 2) && b.has('\0\0\0\0\0\0', 6),
  'audio/aiff': (b) => /^AIF[FC]$/.test(b.text(8, 4)) && b.u32be(4) >= 4,
  'image/icns': (b) => b.u32be(4) > 8 && isIn(b.u32be(12), 8, b.u32be(4)),
  'audio/midi': (b) => b.u32be(4) >= 6 && b.u16be(8) <= 2,
  'font/woff': (b) => isIn(b.u16be(12), 1, 512) && b.u16be(14) === 0,
  'font/woff2': (b) => isIn(b.u16be(12), 1, 512) && b.u16be(14) === 0,
  'application/vnd.tcpdump.pcap': (b) => b.u16le(4) === 2 || b.u16be(4) === 2,
  'audio/x-dsf': (b) => b.u64le(4) === 28,
  'application/x-lzip': (b) => b.u8(4) <= 1 && isIn(b.u8(5) & 0x1f, 12, 29),
  'audio/flac': (b) => (b.u8(4) & 0x7f) === 0 && b.u32be(4) % 0x100_0000 === 34,
  'image/bpg': (b) => b.u8(3) === 0xfb,
  'audio/wavpack': (b) => isIn(b.u16le(8), 0x402, 0x410),
  'application/wasm': (b) => isIn(b.u16le(4), 1, 0x20) && b.u16le(6) <= 1,
  'audio/ape': (b) => isIn(b.u16le(4), 3000, 4999),
  'application/x-sqlite3': (b) => b.has('SQLite format 3\0'),
  'application/x-google-chrome-extension': (b) => isIn(b.u32le(4), 2, 3),
  'application/vnd.ms-cab-compressed': (b) =>
    b.has('MSCF') ? b.u32le(4) === 0 && b.u8(25) === 1 : b.u8(7) <= 4,
  // In a Parquet file, the header of a page (Thrift's compact protocol) begins with its first field, a number.
  'application/vnd.apache.parquet': (b) =>
    b.has('PAR1') ? b.u8(4) === 0x15 : isIn(b.u32le(4), 1, 0x7fff_ffff),
  'font/collection': (b) => isIn(b.u32be(4) / 0x1_0000, 1, 2) && isIn(b.u32be(8), 1, 512),
  'font/otf': isFont,
  'font/ttf': isFont,
  'application/x-ft-windows-registry-hive': (b) => b.u32le(20) === 1,
  'application/x-spss-sav': (b) => b.has('@(#)', 4),
  'application/vnd.ms-outlook': (b) => b.has('SM', 8),
  'audio/amr': (b) => /^(-WB|_MC1\.0|-WB_MC1\.0)?\n/.test(b.text(5, 12)),
  'video/x-flv': (b) => (b.u8(4) & 0xfa) === 0 && b.u32be(5) === 9,
  'audio/x-it': (b) => isIn(b.u16le(32), 1, 4096) && isIn(b.u16le(42), 0x100, 0x7fff),
  'application/x-lzh-compressed': (b) => b.u8(20) <= 3,
  'application/vnd.ms-htmlhelp': (b) => isIn(b.u32le(4), 1, 4),
  'application/vnd.rn-realmedia': (b) => isIn(b.u32be(4), 10, 64),
  'application/vnd.google.draco': (b) => isIn(b.u8(5), 1, 9) && b.u8(7) <= 3,
  'image/vnd.dwg': (b) => /^AC10\d\d$/.test(b.text(0, 6)) && b.u8(6) === 0,
  'application/x-blender': (b) => /^BLENDER(\d\d-\d\d|[-_])[vV]\d{3}/.test(b.text(0, 17)),
  'application/x-unix-archive': (b) => b.has('\n', 7) && b.has('`\n', 66),
  'application/x-deb': (b) => b.has('\n', 7) && b.has('`\n', 66),
  'video/quicktime': isBox,
  'video/x-m4v': isBox,
  'video/mp4': isBox,
  'video/3gpp': isBox,
  'video/3gpp2': isBox,
  'audio/mp4': isBox,
  'audio/x-m4a': isBox,
  'image/avif': isBox,
  'image/heic': isBox,
  'image/heif': isBox,
  'image/heic-sequence': isBox,
  'image/heif-sequence': isBox,
  'image/x-canon-cr3': isBox,
  'image/x-xcf': (b) => /^(file|v\d{3})\0/.test(b.text(9, 5)),
  'image/webp': (b) => /^VP8[ LX]$/.test(b.text(12, 4)),
  'video/vnd.avi': (b) => b.has('AVI ', 8) || b.has('AVIX', 8),
  'audio/wav': isWave,
  'audio/qcelp': (b) => b.has('QLCMfmt ', 8),
  'application/zip': isZip,
  'application/vnd.iccprofile': (b) => b.u32be(0) >= 128 && isIn(b.u8(8), 2, 5),
  'application/x-ace-compressed': (b) => b.u16le(2) >= 27,
  'image/x-fujifilm-raf': (b) => b.has(' 0', 15),
  'audio/x-xm': (b) => b.u8(37) === 0x1a,
  'audio/x-voc': (b) => b.u8(19) === 0x1a,
  'audio/x-s3m': (b) => b.u8(28) === 0x1a,
  'application/dicom': (b) => b.u16le(132) === 2 || b.u16be(132) === 2,
  'application/vnd.ms-fontobject': (b) => b.u32le(0) > b.u32le(4),
  'application/x-tar': isTar,
  'application/x-elf': (b) => isIn(b.u8(4), 1, 2) && isIn(b.u8(5), 1, 2),
  'image/x-icon': isIcon,
  'video/mpeg': (b) => b.u8(4) > 0,
  // Types of texts, for files with bytes that no text has: embedded images, or faults.
  'application/pdf': (b) => pdfMark(b.text(0, PDF_REACH)) !== undefined,
  'application/rtf': (b) => b.has('{\\rtf1'),
  'application/eps': (b) => b.u8(0) === 0xc5 || b.has('%!PS-Adobe'),
  'application/xml': isMarkedText,
  'text/vcard': isMarkedText,
  'text/calendar': isMarkedText,
  'text/vtt': isMarkedText,
  'application/x-ms-regedit': isMarkedText,
  'application/pgp-encrypted': isMarkedText,
  // In the binary form of STL, the first word has no meaning. The number of triangles is at offset 80.
  'model/stl': (b) => isIn(b.u32le(80), 1, 0x3ff_ffff),
};

/** Whether the bytes after the magic number fit the type. */
export const agrees = (bytes: Bytes, type: string): boolean => CHECKS[type]?.(bytes) ?? true;

/**
 * Whether the bytes are a TIFF or BigTIFF, wherever the directory is (TIFF 6.0, section 2). The library needs the
 * directory in the first bytes.
 */
export function isTiff(bytes: Bytes): boolean {
  return /^(II\*\0|MM\0\*)/.test(bytes.text(0, 4))
    ? bytes.text(0, 2) === 'II'
      ? bytes.u32le(4) >= 8
      : bytes.u32be(4) >= 8
    : /^(II\+\0\x08\0\0\0|MM\0\+\0\x08\0\0)$/.test(bytes.text(0, 8));
}

function isMarkedText(bytes: Bytes): boolean {
  return markedKind(bytes.text(0, bytes.length)) !== undefined;
}

/**
 * Whether a DOS program contains the header of a Windows or OS/2 program. Programs for DOS alone are not recognised.
 */
function isProgram(bytes: Bytes): boolean {
  const at = bytes.u32le(60);
  if (at + 2 > bytes.length) {
    // The header of the Windows or OS/2 program is beyond the bytes that were read. DOS programs before it are rarely
    // so large, and none is larger than this.
    return at < 0x1_0000 && bytes.u16le(24) >= 0x40;
  }
  return /^(PE\0\0|NE|LE|LX)/.test(bytes.text(at, 4));
}

/**
 * Whether the bytes are a JPEG XL. The header of a bare codestream begins with a flag for small images, or with the
 * height, whose number of bits is given by two bits. A JPEG XL in boxes has a long magic number, so it needs no check.
 */
function isJxl(bytes: Bytes): boolean {
  if (bytes.u8(0) !== 0xff) {
    return true;
  }
  const first = bytes.u32le(2);
  const isSmall = first % 2 === 1;
  const height = (first >>> 3) % 2 ** (HEIGHT_BITS[(first >>> 1) & 3] ?? 9);
  return isSmall || isIn(height, 0, LARGEST_SIDE);
}

/**
 * Whether the bytes begin with a table of tables (OpenType, font file), and the first table's name consists of letters.
 */
function isFont(bytes: Bytes): boolean {
  return (
    isIn(bytes.u16be(4), 1, 512) &&
    bytes.u16be(6) % 16 === 0 &&
    /^[ -~]{4}$/.test(bytes.text(12, 4))
  );
}

/** Whether the bytes are an icon or a cursor: the entries in reach must refer to data after the directory. */
function isIcon(bytes: Bytes): boolean {
  const count = bytes.u16le(4);
  const first = 6 + count * ENTRY;
  if (!isIn(count, 1, 256)) {
    return false;
  }
  for (let at = 6; at < first && at + ENTRY <= bytes.length; at += ENTRY) {
    if (
      ![0, 1, 255].includes(bytes.u8(at + 3)) ||
      !(bytes.u32le(at + 8) > 0) ||
      !(bytes.u32le(at + 12) >= first)
    ) {
      return false;
    }
  }
  return first <= bytes.length || bytes.length >= 6 + ENTRY;
}
