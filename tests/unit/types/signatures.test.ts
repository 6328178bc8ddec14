import { namesOf } from '../../../server/src/types/type-names';
import { stored, typed, bytes } from '../../support/typed';

/** Signatures that consist of letters, and their offset in the file. */
const LETTERS: ReadonlyArray<[letters: string, at?: number]> = [
  ...`BM MZ %! GIF BZh ID3 MP+ CWS FWS Obj FLIF 8BPS MPCK FORM icns PK OggS MThd wOFF wOFF2 DSD_ LZIP fLaC BPG wvpk
  %PDF %PDF- II II* MM MM* MAC_ SQLi SQLite_format_3 NES Cr24 MSCF ISc( !BDN PAR1 PARE ttcf regf $FL2 $FL3 OTTO #!AMR
  {\\rtf {\\rt FLV IMPM ITSF .RMF DRACO <?xml 7z Rar! solid_ AC10 AC1015 070707 BLENDER !<arch> WEBVTT glTF ARROW1
  gimp_xcf_ REGEDIT4 RIFF RF64 BEGIN:VCARD BEGIN:VCALENDAR FUJIFILMCCD-RAW Extended_Module: Creative_Voice_File
  Kaydara_FBX_Binary __ -----BEGIN_PGP_MESSAGE----- %!PS true typ1 caff AT&TFORM Xar! OTTO1 PNG JFIF Exif TTA1 G GG
  x\x60 LP solid facet ustar BOOKMOBI`
    .split(/\s+/)
    .map((word): [string] => [word.replaceAll('_', ' ')]),
  ['-lh5-', 2],
  ['-lz4-', 2],
  ['ftyp', 4],
  ['ftypisom', 4],
  ['free', 4],
  ['mdat', 4],
  ['moov', 4],
  ['wide', 4],
  ['**ACE**', 7],
  ['LP', 34],
  ['acsp', 36],
  ['SCRM', 44],
  ['BOOKMOBI', 60],
  ['DICM', 128],
  ['G', 188],
  ['ustar ', 257],
];

/** Ordinary texts that a file may contain after such letters. */
const TEXTS = [
  '!',
  ';Audi;VW\n1;2;3\n4;5;6\n',
  ' is a word, and these are others.\n',
  '\nname: x\n',
  ' é ñ ü\r\n',
];
const ENCODINGS: ReadonlyArray<
  [name: string, charset: string | undefined, encode: (text: string) => Buffer]
> = [
  ['UTF-8', 'utf-8', (text) => Buffer.from(text)],
  ['UTF-8 with a mark', 'utf-8', (text) => Buffer.from(`\ufeff${text}`)],
  ['Latin-1', undefined, (text) => Buffer.from(text, 'latin1')],
  ['UTF-16LE with a mark', 'utf-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16BE with a mark', 'utf-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ['UTF-16LE', 'utf-16le', (text) => Buffer.from(text, 'utf16le')],
  ['UTF-16BE', 'utf-16be', (text) => Buffer.from(text, 'utf16le').swap16()],
];

describe.each(ENCODINGS)('a text in %s', (_encoding, charset, encode) => {
  it.each(LETTERS)('that has %j in it stays one', async (letters, at = 0) => {
    for (const text of TEXTS) {
      const lead = 'G'.padEnd(at, 'some words ').slice(0, at);
      const content = encode(
        `${lead}${letters}${text}${text.length > 1 ? 'and so on. '.repeat(20) : ''}`
      );
      for (const [name, type] of [
        ['notes.txt', 'text/plain'],
        ['notes.md', 'text/markdown'],
        ['table.csv', 'text/csv'],
      ] as const) {
        const { mime, ext, served } = await typed(content, name);
        expect([letters, text, mime, ext]).toEqual([letters, text, type, name.slice(-ext.length)]);
        // If all letters are ASCII, the charset may be left out.
        expect([`${type}; charset=${charset ?? 'utf-8'}`, type]).toContain(served);
        expect(charset && !served.endsWith(charset)).toBeFalsy();
      }
      expect((await typed(content, 'notes')).mime).toMatch(/^text\//);
    }
  });
});

describe('a text in an encoding that nobody names', () => {
  it('is served without one', async () => {
    const { served } = await typed(Buffer.from('caf\u00e9 au lait', 'latin1'), 'menu.txt');
    expect(served).toBe('text/plain');
  });

  it('is UTF-8 where a character is cut at the end of what is looked at', async () => {
    const { served } = await typed(Buffer.from(`a${'é'.repeat(3000)}`), 'menu.txt');
    expect(served).toBe('text/plain; charset=utf-8');
  });

  it.each(['Grüße aus Köln, und mehr', 'Привет, мир. Это текст.', '日本語 の テキスト。 はい'])(
    'of 16 bits is told by its zeros: %s',
    async (text) => {
      const content = Buffer.from(text.repeat(20), 'utf16le');
      expect((await typed(content, 'a.txt')).served).toBe('text/plain; charset=utf-16le');
      expect((await typed(content.swap16(), 'a.txt')).served).toBe('text/plain; charset=utf-16be');
    }
  );
});

/** Signatures of a few bytes, some followed by bytes that such a file cannot have. */
const SHORT = [
  ...["'BM'", '0b 77', '78 01', "'MZ'", "'%!'", '1f a0', '1f 9d', 'c7 71', '60 ea', "'GIF'"],
  ...[
    "'II' bc",
    '1f 8b 08 ff',
    "'BZh9'",
    "'ID3'",
    "'MP+'",
    "'CWS'",
    "'FWS'",
    'ff d8 ff',
    'ff 0a fe ff ff ff',
  ],
  ...['ff fb', 'ff f1', '47', "'FORM'", "'8BPS'", "'PAR1'", "'icns'", "'OTTO'", "'fLaC'", "'wvpk'"],
  ...["'MThd'", "'PK' 03 04", "'PK' 05 06", '00 00 01 00', '00 00 02 00', '00 01 00 00 00'],
  ...["'MAC '", "'ttcf'", "'LZIP'", "'FLV' 01", "'RIFF'", "'!<arch>'", "'AC1015'", "'DRACO'"],
  ...["'solid '", "'%PDF'", "'WEBVTT '", "'BEGIN:VCARD'", "'<?xml '", "'{\\rtf'"],
  ...["'Obj'", "'FLIF'", "'MPCK'", "'DSD '", "'SQLi'", "'Cr24'", "'MSCF'", "'regf'", "'$FL2'"],
  ...["'#!AMR'", "'IMPM'", "'ITSF'", "'.RMF'", "'BLENDER'", "'gimp xcf '", "'070707'"],
  ...["00 00 00 00 'free'", "00 00 00 03 'ftypisom'", "'xx-lh5-'"],
];

it.each(SHORT)('%s alone is no type', async (start) => {
  // These bytes fit the structure of no format.
  const content = Buffer.concat([
    bytes(start),
    Buffer.alloc(5000, '\x05\x93\xfe\xfe\xfe\xfe\xfd', 'latin1'),
  ]);
  expect(await stored(content, 'a.dat')).toBe('application/octet-stream .dat');
});

/** The shortest file beginnings that have the structure of their type. */
const STRUCTURED: ReadonlyArray<[type: string, start: string]> = [
  ['image/bmp', "'BM' 46 00 00 00 [4] 36 00 00 00 28 00 00 00 02 00 00 00"],
  ['image/bmp', "'BM' 46 00 00 00 [4] 1a 00 00 00 0c 00 00 00 02 00 02 00"],
  ['application/x-msdownload', "'MZ' [58] 40 00 00 00 'PE' 00 00"],
  ['application/x-msdownload', "'MZ' [58] 40 00 00 00 'NE' 05 01"],
  ['image/gif', "'GIF87a' 01 00 01 00 00 00 00"],
  ['application/gzip', '1f 8b 08 00 [4] 00 03'],
  ['application/x-bzip2', "'BZh91AY&SY' 00 01"],
  ['application/x-bzip2', "'BZh9' 17 72 45 38 50 90 00 00 00 00"],
  ['application/x-compress', '1f 9d 90 00'],
  ['application/x-shockwave-flash', "'CWS' 09 00 10 00 00 78 9c"],
  ['application/x-shockwave-flash', "'ZWS' 0d 00 10 00 00 80 01 00 00"],
  ['image/vnd.ms-photo', "'II' bc 01 20 00 00 00"],
  ['image/jxl', 'ff 0a fa 1f'],
  ['image/x-icon', '00 00 01 00 01 00 10 10 00 00 01 00 20 00 68 04 00 00 16 00 00 00'],
  ['audio/aac', 'ff f1 50 80 01 1f fc 00 ff f1 50 80 01 1f fc 00'],
  ['audio/vnd.dolby.dd-raw', '0b 77 00 00 14 40 [4]'],
  ['audio/aiff', "'FORM' 00 00 10 00 'AIFCFVER'"],
  ['audio/midi', "'MThd' 00 00 00 06 00 01 00 02 00 60"],
  ['audio/flac', "'fLaC' 80 00 00 22 10 00"],
  ['audio/wavpack', "'wvpk' 00 10 00 00 10 04"],
  ['audio/ape', "'MAC ' 96 0f 00 00"],
  ['audio/wav', "'RIFF' 24 00 00 00 'WAVEfmt '"],
  ['audio/wav', "'RF64' ff ff ff ff 'WAVEds64' 1c 00 00 00"],
  ['video/vnd.avi', "'RIFF' 24 00 00 00 'AVI LIST'"],
  ['image/webp', "'RIFF' 24 00 00 00 'WEBPVP8L'"],
  ['video/x-flv', "'FLV' 01 05 00 00 00 09"],
  ['audio/amr', "'#!AMR-WB' 0a 04 00"],
  ['image/vnd.adobe.photoshop', "'8BPS' 00 01 [6] 00 03"],
  ['font/ttf', "00 01 00 00 00 0a 00 80 00 03 00 20 'OS/2'"],
  ['font/otf', "'OTTO' 00 0a 00 80 00 03 00 20 'CFF '"],
  ['application/zip', "'PK' 05 06 [18]"],
  ['application/zip', "'PK' 03 04 14 00 00 00 08 00 [16] 05 00 00 00 'a.txt'"],
  ['application/vnd.apache.parquet', "'PAR1' 15 04 15 00"],
  ['image/vnd.dwg', "'AC1032' 00 00 00 00"],
  ['application/x-blender', "'BLENDER-v293REND' 00"],
  ['image/x-xcf', "'gimp xcf v011' 00 00"],
  ['application/wasm', "00 'asm' 01 00 00 00"],
  ['image/tiff', "'II*' 00 00 00 01 00 00 00"],
  ['image/tiff', "'MM' 00 '*' 00 01 00 00"],
  ['image/tiff', "'II+' 00 08 00 00 00 10 00 00 00 00 00 00 00"],
  ['model/stl', "'solid part' [70] 02 00 00 00 [100]"],
];

it.each(STRUCTURED)('%s is told where its structure is there: %s', async (type, start) => {
  const { mime, served } = await typed(bytes(start), 'a');
  expect([mime, namesOf(served)]).toEqual([type, expect.arrayContaining([type])]);
});

describe('what has a name before its magic number', () => {
  /** A block of a tar with one empty file (POSIX ustar). */
  function tar(name: string): Buffer {
    const block = Buffer.alloc(1024);
    block.write(name, 0);
    block.write('0000644\0', 100);
    block.write('00000000000\0', 124);
    block.write('        ', 148);
    block.write('ustar\0' + '00', 257);
    const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return block;
  }

  it.each(['BMW.txt', 'MZ.txt', 'GIF.txt', 'FORM/a', 'ID3/a', 'PAR1', '%!', 'solid part'])(
    'is a tar, of %s too',
    async (name) => expect(await stored(tar(name), 'a.tar')).toBe('application/x-tar .tar')
  );

  it.each(['BMW', 'MZ', 'FORM'])('is a book, of %s too', async (name) => {
    const book = Buffer.alloc(200);
    book.write(name, 0);
    book.write('BOOKMOBI', 60);
    expect((await typed(book, 'a.mobi')).mime).toBe('application/x-mobipocket-ebook');
  });
});

describe('texts that are a format', () => {
  const CARD = 'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:A\r\nEND:VCARD\r\n';
  const FACET = 'solid a\n facet normal 0 0 1\n  outer loop\n';
  it.each([
    [CARD, 'a', 'text/vcard .vcf'],
    [CARD, 'a.vcf', 'text/vcard .vcf'],
    [CARD, 'a.txt', 'text/plain .txt'],
    ['BEGIN:VCARD\nFN:A\n', 'a.txt', 'text/plain .txt'],
    ['BEGIN:VCALENDAR\r\nVERSION:2.0\r\n', 'a', 'text/calendar .ics'],
    [FACET, 'a', 'model/stl .stl'],
    ['WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n', 'a', 'text/vtt .vtt'],
    ['{\\rtf1\\ansi x}', 'a', 'application/rtf .rtf'],
    ['{\\rtf1\\ansi x}', 'a.doc', 'application/rtf .doc'],
    ['{\\rtf1\\ansi x}', 'a.txt', 'application/rtf .rtf'],
    ['%!PS-Adobe-3.0\n', 'a', 'application/postscript .ps'],
    ['%!PS-Adobe-3.0 EPSF-3.0\n', 'a', 'application/eps .eps'],
    ['%!PS-Adobe-3.0 EPSF-3.0\n', 'a.eps', 'application/eps .eps'],
    ['%!PS-Adobe-3.0 is how a PostScript begins\n', 'a.txt', 'text/plain .txt'],
    ['%!PS-Adobe-3.0 is how a PostScript begins\n', 'a.tex', 'application/x-tex .tex'],
    ['%!PS-Adobe-3.0\n', 'a.ps', 'application/postscript .ps'],
    ['%!PS-Adobe-3.0\n%%Title: x\n', 'a.txt', 'application/postscript .ps'],
    ['%!PS-Adobe-3.0 EPSF-3.0\n', 'a.txt', 'application/eps .eps'],
    ['{\\rtf1 is RTF', 'a.txt', 'text/plain .txt'],
    ['{\\rtf1 is RTF', 'a.md', 'text/markdown .md'],
    ['{\\rtf1 is RTF', 'a.tpl', 'application/vnd.groove-tool-template .tpl'],
    ['{\\rtf1 is RTF', 'a.rtf', 'application/rtf .rtf'],
    ['{\\rtf1 is RTF', 'a', 'application/rtf .rtf'],
    ['{\\rtf1\\deff0 x}', 'a.txt', 'application/rtf .rtf'],
    ['<?xml version="1.0"?><a/>', 'a', 'application/xml .xml'],
    ['<?xml version="1.0"?><a/>', 'a.drawio', 'application/xml .drawio'],
    ['<?xml version="1.0"?><a/>', 'a.md', 'text/markdown .md'],
    ['<?xml version="1.0"?><a/>', 'a.html', 'application/xml .xml'],
    ['<?xml version="1.0"?><!-- --><html xmlns="x"/>', 'a.html', 'text/html .html'],
    ['<?xml version="1.0"?><!DOCTYPE html><html/>', 'a', 'application/xhtml+xml .xhtml'],
    ['<?xml version="1.0"?><!DOCTYPE html><html/>', 'a.xml', 'application/xml .xml'],
    [
      '<?xml version="1.0"?><!DOCTYPE html><html/>',
      'a.jpg_large',
      'application/xhtml+xml .jpg_large',
    ],
  ])('%j named %s is %s', async (text, name, expected) => {
    expect(await stored(Buffer.from(text), name)).toBe(expected);
    expect(await stored(Buffer.from(`\ufeff${text}`), name)).toBe(expected);
  });

  it('say so for the policy as well', async () => {
    const { mime } = await typed(Buffer.from(CARD, 'utf16le'), 'a');
    expect(mime).toBe('text/vcard');
  });
});

describe('a PDF', () => {
  const TEXT = '%PDF-1.7\n1 0 obj<<>>endobj\n';
  const BINARY = `${TEXT}stream\n\x01\x02\x93`;
  const pdf = (text: string, name = 'a.pdf') => stored(Buffer.from(text, 'latin1'), name);

  it.each([
    '',
    '\n',
    '\r\n \t',
    '\xef\xbb\xbf',
    '\xef\xbb\xbf\n',
    '\0\0',
    'Sent by a scanner\r\n',
    'HTTP/1.1 200 OK\r\n\r\n',
  ])('may have %j before it', async (before) => {
    expect(await pdf(before + TEXT)).toBe('application/pdf .pdf');
    expect(await pdf(before + BINARY)).toBe('application/pdf .pdf');
    expect(await pdf(before + BINARY, 'a')).toBe('application/pdf .pdf');
  });

  it('has no more than 1024 bytes before it', async () => {
    expect(await pdf(`${' '.repeat(1024)}${BINARY}`)).toBe('application/pdf .pdf');
    expect(await pdf(`${'a'.repeat(1025)}${TEXT}`)).toBe('text/plain .txt');
    expect(await pdf(`${'a'.repeat(1025)}${BINARY}`, 'a')).toBe('application/octet-stream .bin');
  });

  it.each([
    ['%PDF-1.7 is how a PDF begins.\n', 'a.txt', 'text/plain .txt'],
    ['A PDF begins like this:\n%PDF-1.7\n1 0 obj\n', 'a.md', 'text/markdown .md'],
    ['%PDF- <html><script>1</script>', 'a.html', 'text/html .html'],
    ['%PDF-1.7\n<html><script>1</script>', 'a.html', 'text/html .html'],
    ['%PDF-1.7\n1 0 obj\n<script>1</script>', 'a.html', 'application/pdf .pdf'],
    ['%PDF-1.7\n is how one begins\n', 'a.txt', 'text/plain .txt'],
    ['%PDF-1.7\n is how one begins\n', 'a.pdf', 'application/pdf .pdf'],
    ['%PDF-1.7\n is how one begins\n', 'a', 'application/pdf .pdf'],
    ['<!DOCTYPE html><p>\n%PDF-1.7\n', 'a.pdf', 'text/html .html'],
    ['<!DOCTYPE html><p>\n%PDF-1.7\n', 'a.html', 'text/html .html'],
  ])('is not what only speaks of one: %j named %s is %s', async (text, name, expected) =>
    expect(await pdf(text, name)).toBe(expected)
  );
});
