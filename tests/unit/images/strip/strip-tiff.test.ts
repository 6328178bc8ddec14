import sharp from 'sharp';
import { PLANTED, RIGHTS, tiff, xmpPacket } from '../../../support/planted';
import { strip as stripPicture } from '../../../support/strip';
import { tiffOf, type TiffEntry, type TiffKind } from '../../../support/tiff-writer';
import { cpuTime } from '../../../support/cpu-time';

const strip = (content: Buffer, wishes?: Parameters<typeof stripPicture>[2]) =>
  stripPicture('image/tiff', content, wishes);

const CLASSIC: TiffKind = { isLittle: true, isBig: false };

/** A page of eight grey pixels in two rows. */
const PAGE: TiffEntry[] = [
  { tag: 256, short: [4] },
  { tag: 257, short: [2] },
  { tag: 258, short: [8] },
  { tag: 259, short: [1] },
  { tag: 262, short: [1] },
  { tag: 277, short: [1] },
  { tag: 278, short: [1] },
  { tag: 339, short: [1] },
];
const PIXELS = [Buffer.from([1, 2, 3, 4]), Buffer.from([5, 6, 7, 8])];
const pageWith = (...entries: TiffEntry[]) =>
  tiffOf(CLASSIC, [{ entries: [...PAGE, ...entries], pixels: PIXELS }]);

/** Offset of a tag's entry in the first directory of a little-endian classic TIFF. */
const entryAt = (content: Buffer, tag: number): number => {
  const directory = content.readUInt32LE(4);
  const count = content.readUInt16LE(directory);
  const at = Array.from({ length: count }, (_, index) => directory + 2 + index * 12);
  return at.find((offset) => content.readUInt16LE(offset) === tag) ?? -1;
};
const pixels = (content: Buffer) => sharp(content).raw().toBuffer();

const KINDS: Array<[string, TiffKind]> = [
  ['a little TIFF', CLASSIC],
  ['a big TIFF', { isLittle: false, isBig: false }],
  ['a little BigTIFF', { isLittle: true, isBig: true }],
  ['a big BigTIFF', { isLittle: false, isBig: true }],
];

describe('taking private entries out of a TIFF', () => {
  it('leaves one that has none as it is', async () => {
    const plain = pageWith({ tag: 315, text: 'Somebody' }, { tag: 33550, bytes: Buffer.alloc(24) });
    expect(await strip(plain)).toMatchObject({ isSame: true, complete: true });
  });

  it.each(KINDS)('keeps all pages of %s, and its length', async (_name, kind) => {
    const sent = tiff(kind);
    const { bytes } = await strip(sent);
    expect(bytes.length).toBe(sent.length);
    for (const page of [0, 1]) {
      const of = (content: Buffer) => sharp(content, { page }).raw().toBuffer();
      expect(await of(bytes)).toEqual(await of(sent));
    }
  });

  it.each(KINDS)(
    'rewrites the last page of %s though its last offset is cut off',
    async (...args) => {
      const sent = tiff(args[1]).subarray(0, -1);
      const { bytes, complete } = await strip(sent);
      expect([bytes.length, bytes.includes(PLANTED), complete]).toEqual([sent.length, false, true]);
      const of = (content: Buffer) => sharp(content, { page: 1 }).raw().toBuffer();
      expect(await of(bytes)).toEqual(await of(sent));
    }
  );

  it.each(KINDS)('%s whose rights XMP names gets an entry in its place', async (_name, kind) => {
    const { bytes } = await strip(tiff(kind, true));
    expect(bytes.includes(`${RIGHTS.copyright}\0`)).toBe(true);
    expect(bytes.includes(PLANTED)).toBe(false);
    const again = await strip(bytes);
    expect(again).toMatchObject({ isSame: true, complete: true });
  });

  it('writes entries in their order, and nothing behind them', async () => {
    const { bytes } = await strip(pageWith({ tag: 700, bytes: xmpPacket('© Ann') }), {
      rights: { artist: 'Ann' },
    });
    const directory = bytes.readUInt32LE(4);
    const count = bytes.readUInt16LE(directory);
    const tags = Array.from({ length: count }, (_, index) =>
      bytes.readUInt16LE(directory + 2 + index * 12)
    );
    // The directory has room for one more entry. The copyright gets this place before the artist.
    expect(tags).toEqual([256, 257, 258, 259, 262, 273, 277, 278, 279, 339, 33432]);
    expect(bytes.readUInt32LE(directory + 2 + count * 12)).toBe(0);
  });

  it('leaves a byte that pixels use, and tells it', async () => {
    const sent = pageWith({ tag: 65000, bytes: Buffer.from(PLANTED) });
    sent.writeUInt32LE(8, entryAt(sent, 65000) + 8);
    const { bytes, complete } = await strip(sent);
    expect(complete).toBe(false);
    expect(entryAt(bytes, 65000)).toBe(-1);
    expect(await pixels(bytes)).toEqual(await pixels(sent));
  });

  it('leaves the value of an entry that stays where another has it too', async () => {
    const sent = pageWith({ tag: 315, text: 'Somebody' }, { tag: 65000, text: 'Somebody' });
    sent.copyWithin(entryAt(sent, 65000) + 8, entryAt(sent, 315) + 8, entryAt(sent, 315) + 12);
    const { bytes } = await strip(sent);
    expect(bytes.includes('Somebody\0')).toBe(true);
  });

  it('believes no strip of pixels to be shorter than decoders do', async () => {
    const entries = PAGE.map((entry) => (entry.tag === 278 ? { ...entry, short: [2] } : entry));
    const maker = { tag: 65000, bytes: Buffer.from(PLANTED) };
    const sent = tiffOf(CLASSIC, [
      { entries: [...entries, maker], pixels: [Buffer.concat(PIXELS)] },
    ]);
    sent.writeUInt32LE(1, entryAt(sent, 279) + 8);
    sent.writeUInt32LE(10, entryAt(sent, 65000) + 8);
    const { bytes } = await strip(sent);
    expect(bytes.subarray(8, 16)).toEqual(Buffer.concat(PIXELS));
  });

  it('knows of strips that are left out', async () => {
    const sent = pageWith({ tag: 270, text: `${PLANTED} description` });
    const [offsets, bytes] = [entryAt(sent, 273) + 8, entryAt(sent, 279) + 8];
    sent.writeUInt32LE(0, sent.readUInt32LE(offsets) + 4);
    sent.writeUInt32LE(0, sent.readUInt32LE(bytes) + 4);
    const outcome = await strip(sent);
    expect([outcome.bytes.includes(PLANTED), outcome.complete]).toEqual([false, true]);
  });

  it('ends where a chain of directories comes back to itself', async () => {
    const sent = pageWith({ tag: 270, text: `${PLANTED} description` });
    const directory = sent.readUInt32LE(4);
    const next = directory + 2 + sent.readUInt16LE(directory) * 12;
    sent.writeUInt32LE(directory, next);
    const { bytes, complete } = await strip(sent);
    expect([bytes.includes(PLANTED), complete]).toEqual([false, true]);
  });

  it.each([
    ['directories that lie in each other', 4],
    ['a directory in pixels', -2],
  ])('%s: stays, and is told', async (_name, shift) => {
    const sent = pageWith({ tag: 270, text: PLANTED });
    const directory = sent.readUInt32LE(4);
    const next = directory + 2 + sent.readUInt16LE(directory) * 12;
    if (shift > 0) {
      sent.writeUInt32LE(directory + shift, next);
    } else {
      sent.writeUInt32LE(directory + shift, entryAt(sent, 273) + 8);
      sent.writeUInt32LE(1, entryAt(sent, 273) + 4);
      sent.writeUInt32LE(1, entryAt(sent, 279) + 4);
      sent.writeUInt32LE(40, entryAt(sent, 279) + 8);
    }
    expect(await strip(sent)).toMatchObject({ isSame: true, complete: false });
  });

  it('stays where a directory would be empty, and is told', async () => {
    const page = { entries: PAGE, pixels: PIXELS };
    const sent = tiffOf(CLASSIC, [page, { entries: [{ tag: 270, text: PLANTED }] }]);
    expect(await strip(sent)).toMatchObject({ isSame: true, complete: false });
  });

  it('reads no more numbers than anybody writes', async () => {
    const sent = pageWith();
    // The entries now state more offsets than the file has bytes. Only the existing bytes may be read.
    sent.writeUInt32LE(0xffffffff, entryAt(sent, 273) + 4);
    sent.writeUInt32LE(0xffffffff, entryAt(sent, 279) + 4);
    expect(await cpuTime(() => strip(sent), 1000)).toBeLessThan(1000);
  });
});
