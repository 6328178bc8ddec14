import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import * as samples from './samples';
import { tiffOf, type TiffKind } from './tiff-writer';

/** Text that the tests put into private metadata. No stored image may contain it. */
export const PLANTED = 'PLANTED';

/** Metadata about rights, which the plugin keeps. */
export const RIGHTS = { artist: 'Ann Artist', copyright: '© Ann' };

export const XMP_NAME = 'http://ns.adobe.com/xap/1.0/\0';

/** An image of noise, so that encoded images are not tiny. The noise is the same each time. */
export function noise(width = 64, height = 48) {
  const pixels = Buffer.alloc(width * height * 3);
  let state = 1;
  for (let at = 0; at < pixels.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[at] = 64 + (state >>> 25);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** An EXIF block with rights, which are kept, and with a device, an owner and a location, which are private. */
export async function exifBlock(orientation = 1): Promise<Buffer> {
  const { artist, copyright } = RIGHTS;
  return tiffOf({ isLittle: true, isBig: false }, [
    {
      entries: [
        { tag: 0x010f, text: `${PLANTED} make` },
        { tag: 0x0112, short: [orientation] },
        { tag: 0x013b, text: artist },
        { tag: 0x8298, text: copyright },
        { tag: 0x8769, directory: [{ tag: 0xa430, text: `${PLANTED} owner` }] },
        { tag: 0x8825, directory: [{ tag: 0x001d, text: `${PLANTED} day` }] },
      ],
    },
    // This directory holds the thumbnail.
    { entries: [{ tag: 0x0201, bytes: Buffer.from(`${PLANTED} thumbnail`) }] },
  ]);
}

export const xmpPacket = (rights = '') =>
  Buffer.from(
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>${PLANTED} xmp</a>` +
      (rights && `<dc:rights><rdf:Alt><rdf:li>${rights}</rdf:li></rdf:Alt></dc:rights>`) +
      '</x:xmpmeta>'
  );

/** An IPTC block inside the Photoshop resource that holds it. */
export function photoshopBlock(byLine: string): Buffer {
  const text = Buffer.from(byLine);
  const dataset = Buffer.concat([Buffer.from([0x1c, 2, 80, 0, text.length]), text]);
  const head = Buffer.from('Photoshop 3.0\x008BIM\x04\x04\0\0', 'latin1');
  const size = Buffer.alloc(4);
  size.writeUInt32BE(dataset.length);
  return Buffer.concat([head, size, dataset, Buffer.alloc(dataset.length % 2)]);
}

/** A segment of a JPEG. */
export function segment(marker: number, data: Buffer | string): Buffer {
  const bytes = Buffer.from(data as string, 'latin1');
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(bytes.length + 2, 2);
  return Buffer.concat([head, bytes]);
}

/** A JPEG with private data in every possible place, followed by a second image and a trailer. */
export async function jpeg({
  progressive = false,
  orientation = 1,
  stray = '',
} = {}): Promise<Buffer> {
  const plain = await noise().jpeg({ progressive }).withIccProfile('p3').toBuffer();
  const scan = plain.lastIndexOf(Buffer.from([0xff, 0xda]));
  const thumbnail = Buffer.from(`JFIF\0\x01\x01\0\0\x01\0\x01\x04\x01${PLANTED}12345`, 'latin1');
  return Buffer.concat([
    plain.subarray(0, 2),
    segment(0xe0, thumbnail),
    segment(0xe0, `JFXX\0\x13${PLANTED}`),
    Buffer.from(stray),
    segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), await exifBlock(orientation)])),
    segment(0xe1, Buffer.concat([Buffer.from(XMP_NAME), xmpPacket()])),
    segment(0xe2, `MPF\0${PLANTED}`),
    segment(0xe5, PLANTED),
    segment(0xeb, PLANTED),
    segment(0xed, photoshopBlock(`${PLANTED} byline`)),
    segment(0xfe, PLANTED),
    plain.subarray(2, scan),
    segment(0xfe, PLANTED),
    plain.subarray(scan),
    await noise()
      .jpeg()
      .withExif({ IFD0: { Model: PLANTED } })
      .toBuffer(),
    Buffer.from(`SEFH ${PLANTED} SEFT`),
  ]);
}

/** A chunk of a PNG. */
export function chunk(type: string, data: Buffer | string): Buffer {
  const named = Buffer.concat([Buffer.from(type), Buffer.from(data as string, 'latin1')]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(named.length - 4, 0);
  around.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)]);
}

/** A profile in the text form that ImageMagick writes into PNGs. */
export const rawProfile = (name: string, data: Buffer) =>
  `\n${name}\n${String(data.length).padStart(8)}\n${data.toString('hex').replace(/.{72}/g, '$&\n')}\n`;

/** A PNG with the chunks `before` in front of its pixels, and the chunks `behind` after them. */
export async function pngWith(before: Buffer[], behind: Buffer[] = []): Promise<Buffer> {
  const plain = await noise().png().toBuffer();
  return Buffer.concat([
    plain.subarray(0, 33),
    ...before,
    plain.subarray(33, -12),
    ...behind,
    plain.subarray(-12),
  ]);
}

/** A PNG with private data in every possible place. */
export async function png({ orientation = 1 } = {}): Promise<Buffer> {
  const packed = deflateSync(rawProfile('iptc', photoshopBlock(PLANTED)));
  const whole = await pngWith(
    [
      chunk('eXIf', await exifBlock(orientation)),
      chunk('tEXt', `Comment\0${PLANTED}`),
      chunk('zTXt', Buffer.concat([Buffer.from('Raw profile type iptc\0\0'), packed])),
      chunk('iTXt', `XML:com.adobe.xmp\0\0\0\0\0${xmpPacket()}`),
      chunk('tIME', PLANTED),
      chunk('prVt', PLANTED),
    ],
    [chunk('tEXt', `Author\0${PLANTED}`)]
  );
  return Buffer.concat([whole, Buffer.from(PLANTED)]);
}

/** A chunk of a WebP. */
export function riff(name: string, data: Buffer): Buffer {
  const head = Buffer.from(`${name}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

const webpOf = (chunks: Buffer) => riff('RIFF', Buffer.concat([Buffer.from('WEBP'), chunks]));

/** A WebP with private data in every possible place. */
export async function webp({ orientation = 1 } = {}): Promise<Buffer> {
  const plain = await noise().webp().withIccProfile('p3').toBuffer();
  const flagged = Buffer.from(plain);
  flagged[20]! |= 0x0c;
  const chunks = [
    flagged.subarray(12),
    riff('EXIF', await exifBlock(orientation)),
    riff('XMP ', xmpPacket()),
    riff('PRVT', Buffer.from(PLANTED)),
  ];
  return Buffer.concat([webpOf(Buffer.concat(chunks)), Buffer.from(PLANTED)]);
}

/** An animation of three frames. */
export async function moving(format: 'gif' | 'webp'): Promise<Buffer> {
  // The frames differ, because an encoder joins equal frames.
  const frames = await Promise.all(
    [0, 1, 2].map((turns) =>
      noise(16, 16)
        .modulate({ brightness: 1 + turns / 4 })
        .png()
        .toBuffer()
    )
  );
  return sharp(frames, { join: { animated: true } })
    .toFormat(format)
    .toBuffer();
}

/** A text as sub-blocks of a GIF. */
export const subBlocks = (text: string) =>
  Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1'), Buffer.from([0])]);

/** A GIF of three frames with private data in every possible place. */
export async function gif(): Promise<Buffer> {
  const plain = await moving('gif');
  const extension = (label: number, ...parts: Buffer[]) =>
    Buffer.concat([Buffer.from([0x21, label]), ...parts]);
  const application = (name: string) =>
    extension(0xff, Buffer.from([11]), Buffer.from(name), subBlocks(PLANTED));
  const first = 13 + (plain[10]! & 0x80 ? 3 * 2 ** ((plain[10]! & 7) + 1) : 0);
  return Buffer.concat([
    plain.subarray(0, first),
    extension(0xfe, subBlocks(PLANTED)),
    extension(0x01, subBlocks(PLANTED)),
    application('XMP DataXMP'),
    application('PRIVATE 1.0'),
    plain.subarray(first, -1),
    extension(0xfe, subBlocks(PLANTED)),
    Buffer.from([0x3b]),
    Buffer.from(PLANTED),
  ]);
}

/** A TIFF of two pages, with a smaller page below the first page. It has private data in every possible place. */
export function tiff(kind: TiffKind, isInXmp = false): Buffer {
  const page = (width: number) => [
    { tag: 256, short: [width] },
    { tag: 257, short: [2] },
    { tag: 258, short: [8] },
    { tag: 259, short: [1] },
    { tag: 262, short: [1] },
    { tag: 270, text: `${PLANTED} description` },
    { tag: 277, short: [1] },
    { tag: 278, short: [1] },
    { tag: 339, short: [1] },
    { tag: 65000, text: PLANTED },
  ];
  const pixels = (width: number) => [0, 1].map((row) => Buffer.alloc(width, 40 + row));
  const { artist, copyright } = RIGHTS;
  const rights = isInXmp
    ? [{ tag: 700, bytes: xmpPacket(copyright) }]
    : [
        { tag: 315, text: artist },
        { tag: 33432, text: copyright },
        { tag: 700, bytes: xmpPacket() },
      ];
  const first = [
    ...page(20),
    ...rights,
    { tag: 305, text: PLANTED },
    { tag: 34377, bytes: Buffer.from(`8BIM${PLANTED}`) },
    { tag: 34665, directory: [{ tag: 0x927c, bytes: Buffer.from(`${PLANTED} maker note`) }] },
    { tag: 34853, directory: [{ tag: 0x001b, bytes: Buffer.from(`${PLANTED} place`) }] },
  ];
  const below = { entries: page(10), pixels: pixels(10) };
  return tiffOf(kind, [
    { entries: first, pixels: pixels(20), below },
    { entries: page(30), pixels: pixels(30) },
  ]);
}

/** A box of an ISO base media file. */
export function box(type: string, ...parts: Array<Buffer | string>): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1')));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** Boxes that phones append to an image. */
const TRAILERS = () => [
  box('mpvd', `${PLANTED} video`),
  box('uuid', Buffer.alloc(16, 7), PLANTED),
  box('sefd', PLANTED),
  box('free', PLANTED),
];

/** A HEIC with boxes that phones append. */
export const heic = () => Buffer.concat([samples.heic(), ...TRAILERS()]);

/** An AVIF with EXIF, XMP, and boxes that phones append. */
export async function avif(): Promise<Buffer> {
  const picture = await noise()
    .avif({ effort: 0 })
    .withExif({
      IFD0: { Artist: RIGHTS.artist, Copyright: 'Ann', Model: PLANTED },
      IFD3: { GPSDateStamp: PLANTED },
    })
    .withXmp(xmpPacket().toString())
    .toBuffer();
  return Buffer.concat([picture, ...TRAILERS()]);
}

/** The boxes of a JPEG XL around a codestream. The tests do not decode the codestream. */
export const jxl = async () =>
  Buffer.concat([
    box('JXL ', '\r\n\x87\n'),
    box('ftyp', 'jxl \0\0\0\0jxl '),
    box('Exif', Buffer.alloc(4), await exifBlock()),
    box('xml ', xmpPacket()),
    box('jxlc', 'codestream'),
    box('jbrd', PLANTED),
  ]);

/** The boxes of a JPEG 2000 around a codestream with a comment. */
export const jp2 = () =>
  Buffer.concat([
    box('jP  ', '\r\n\x87\n'),
    box('ftyp', 'jp2 \0\0\0\0jp2 '),
    box('jp2h', box('ihdr', Buffer.alloc(14)), box('uuid', PLANTED)),
    box('uuid', PLANTED),
    box(
      'jp2c',
      '\xff\x4f',
      segment(0x51, 'size'),
      segment(0x64, `\0\x01${PLANTED}`),
      '\xff\x90rest'
    ),
    box('xml ', xmpPacket()),
  ]);

const KINDS: TiffKind[] = [true, false].flatMap((isLittle) =>
  [true, false].map((isBig) => ({ isLittle, isBig }))
);

/** One file of each format: its name, type and bytes. */
export const all = async (): Promise<Array<[name: string, mime: string, bytes: Buffer]>> => [
  ['JPEG', 'image/jpeg', await jpeg()],
  ['progressive JPEG', 'image/jpeg', await jpeg({ progressive: true })],
  ['PNG', 'image/png', await png()],
  ['WebP', 'image/webp', await webp()],
  ['GIF', 'image/gif', await gif()],
  ...KINDS.map((kind): [string, string, Buffer] => [
    `${kind.isLittle ? 'little' : 'big'} ${kind.isBig ? 'BigTIFF' : 'TIFF'}`,
    'image/tiff',
    tiff(kind),
  ]),
  ['HEIC', 'image/heic', heic()],
  ['AVIF', 'image/avif', await avif()],
  ['JPEG XL', 'image/jxl', await jxl()],
  ['JPEG 2000', 'image/jp2', jp2()],
];
