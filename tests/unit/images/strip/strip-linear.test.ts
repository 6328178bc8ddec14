import { inPieces, type ReadAt } from '../../../../server/src/images/header/read-at';
import type { TakeApart } from '../../../../server/src/images/strip/apart';
import { takeGifApart } from '../../../../server/src/images/strip/gif';
import { takeHeifApart } from '../../../../server/src/images/strip/heif';
import { takeJpegApart } from '../../../../server/src/images/strip/jpeg';
import { takePngApart } from '../../../../server/src/images/strip/png';
import { takeTiffApart } from '../../../../server/src/images/strip/tiff';
import { takeWebpApart } from '../../../../server/src/images/strip/webp';
import { box, chunk, noise, riff, segment, subBlocks, xmpPacket } from '../../../support/planted';
import { tiffOf } from '../../../support/tiff-writer';

const times = (count: number, part: Buffer) => Buffer.concat(Array(count).fill(part));

/**
 * Files of many small parts: a name, the function that takes such a file apart, and a function that makes the file with
 * a given number of parts.
 */
const FILES: Array<[name: string, TakeApart, (count: number) => Promise<Buffer> | Buffer]> = [
  [
    'segments of a JPEG with stray bytes between them',
    takeJpegApart,
    async (count) => {
      const plain = await noise().jpeg().toBuffer();
      const part = Buffer.concat([segment(0xe1, 'Exif\0\0'), Buffer.from('stray')]);
      return Buffer.concat([plain.subarray(0, 2), times(count, part), plain.subarray(2)]);
    },
  ],
  [
    'fill bytes of a JPEG',
    takeJpegApart,
    async (count) => {
      const plain = await noise().jpeg().toBuffer();
      const fill = Buffer.alloc(count * 10, 0xff);
      return Buffer.concat([plain.subarray(0, 2), fill, plain.subarray(2)]);
    },
  ],
  [
    'extensions of a GIF',
    takeGifApart,
    async (count) => {
      const plain = await noise().gif().toBuffer();
      const comment = Buffer.concat([Buffer.from([0x21, 0xfe]), subBlocks('x')]);
      return Buffer.concat([plain.subarray(0, -1), times(count, comment), plain.subarray(-1)]);
    },
  ],
  [
    'sub-blocks of a GIF',
    takeGifApart,
    async (count) => {
      const plain = await noise().gif().toBuffer();
      const blocks = times(count * 4, Buffer.from([1, 7]));
      const comment = Buffer.concat([Buffer.from([0x21, 0xfe]), blocks, Buffer.from([0])]);
      return Buffer.concat([plain.subarray(0, -1), comment, plain.subarray(-1)]);
    },
  ],
  [
    'chunks of a PNG',
    takePngApart,
    async (count) => {
      const plain = await noise().png().toBuffer();
      const texts = times(count, chunk('tEXt', 'a\0b'));
      return Buffer.concat([plain.subarray(0, 33), texts, plain.subarray(33)]);
    },
  ],
  [
    'chunks of a WebP',
    takeWebpApart,
    async (count) => {
      const plain = await noise().webp().toBuffer();
      const chunks = times(count, riff('EXIF', Buffer.from('xx')));
      return riff('RIFF', Buffer.concat([Buffer.from('WEBP'), plain.subarray(12), chunks]));
    },
  ],
  [
    'XMP entries of a TIFF',
    takeTiffApart,
    (count) => {
      const shared = { tag: 700, bytes: Buffer.concat([xmpPacket('x'), Buffer.alloc(count)]) };
      const sent = tiffOf({ isLittle: true, isBig: false }, [
        { entries: Array(3000).fill({ tag: 700, short: [1, 2] }), pixels: [Buffer.from('x')] },
        { entries: [shared], pixels: [Buffer.from('x')] },
      ]);
      const at = sent.indexOf('<x:xmpmeta');
      const directory = sent.readUInt32LE(4);
      for (let index = 0; index < 3000; index += 1) {
        const entry = directory + 2 + index * 12;
        if (sent.readUInt16LE(entry) === 700) {
          sent.writeUInt16LE(7, entry + 2);
          sent.writeUInt32LE(shared.bytes.length, entry + 4);
          sent.writeUInt32LE(at, entry + 8);
        }
      }
      return sent;
    },
  ],
  [
    'boxes of a HEIF',
    takeHeifApart,
    (count) =>
      Buffer.concat([box('ftyp', 'heic'), times(Math.min(count, 9000), box('free', 'xx'))]),
  ],
];

describe('what is read of a file of many', () => {
  it.each(FILES)('%s, grows with its bytes', async (_name, takeApart, make) => {
    const bytes = await make(20_000);
    let read = 0;
    let calls = 0;
    const whole: ReadAt = async (offset, length) => {
      const piece = bytes.subarray(offset, offset + length);
      read += piece.length;
      calls += 1;
      return piece;
    };
    const apart = await takeApart({ read: inPieces(whole), size: bytes.length });
    await apart.parts({ orientation: 1 });
    expect(read).toBeLessThan(bytes.length * 6 + 1_000_000);
    expect(calls).toBeLessThan(bytes.length / 1000 + 100);
  });
});

/** An image sequence with this many separate samples, followed by this many EXIF items. */
function sequenceOf(samples: number, items: number): Buffer {
  const u16 = (...values: number[]) => Buffer.from(values.flatMap((one) => [one >> 8, one & 0xff]));
  const u32 = (...values: number[]) =>
    Buffer.concat(
      values.map((one) => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(one);
        return bytes;
      })
    );
  const zeros = (count: number) => Buffer.alloc(count);
  const ITEM_BYTES = 64;
  const head = (start: number) => {
    const offsets = Array.from({ length: samples }, (_, index) => start + 2 * index);
    const stbl = box(
      'stbl',
      box('stsc', zeros(4), u32(1, 1, 1, 1)),
      box('stsz', zeros(4), u32(1, samples)),
      box('stco', zeros(4), u32(samples), u32(...offsets))
    );
    const moov = box('moov', box('trak', box('mdia', box('minf', stbl))));
    const ids = Array.from({ length: items }, (_, index) => index + 1);
    const places = ids.map((id) =>
      Buffer.concat([
        u16(id, 0, 0, 1),
        u32(start + 2 * samples + (id - 1) * ITEM_BYTES, ITEM_BYTES),
      ])
    );
    const entries = ids.map((id) => box('infe', Buffer.from([2, 0, 0, 0]), u16(id, 0), 'Exif\0'));
    const meta = box(
      'meta',
      zeros(4),
      box('iloc', Buffer.from([1, 0, 0, 0, 0x44, 0]), u16(items), ...places),
      box('iinf', zeros(4), u16(items), ...entries)
    );
    return Buffer.concat([box('ftyp', 'heic\0\0\0\0heic'), meta, moov]);
  };
  const start = head(0).length + 8;
  return Buffer.concat([head(start), box('mdat', zeros(2 * samples), zeros(items * ITEM_BYTES))]);
}

it('looks at what stays of a HEIF file once, not for each item of metadata', async () => {
  const SAMPLES = 25_000;
  const cost = async (items: number) => {
    const file = sequenceOf(SAMPLES, items);
    const read: ReadAt = async (offset, length) => file.subarray(offset, offset + length);
    const started = process.cpuUsage();
    const apart = await takeHeifApart({ read, size: file.length });
    expect(await apart.parts({ orientation: 1 })).not.toBeNull();
    const { user, system } = process.cpuUsage(started);
    return user + system;
  };
  await cost(1);
  expect((await cost(150)) / (await cost(1))).toBeLessThan(10);
});
