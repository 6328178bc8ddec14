import sharp from 'sharp';
import { avif, box, heic, noise, PLANTED, RIGHTS, xmpPacket } from '../../../support/planted';
import * as samples from '../../../support/samples';
import { strip as stripPicture } from '../../../support/strip';
import { cpuTime } from '../../../support/cpu-time';

const strip = (content: Buffer, wishes?: Parameters<typeof stripPicture>[2]) =>
  stripPicture('image/avif', content, wishes);
const pixels = (content: Buffer) => sharp(content).raw().toBuffer();

const uint = (value: number, bytes: number) => {
  const result = Buffer.alloc(bytes);
  result.writeUIntBE(value, 0, bytes);
  return result;
};
const full = (version: number) => Buffer.from([version, 0, 0, 0]);

interface TestItem {
  /** Id of the item. Default: its position in the list, from 1 on. */
  id?: number;
  type: string;
  name?: string;
  /** Bytes after the name in the item's entry. */
  content?: string;
  /**
   * Construction method: 0 if the item's bytes are in the file, 1 if they are in `idat`, 2 if they are in another item.
   */
  method?: number;
  /** Index of the file that holds the item's bytes; 0 is the file itself. */
  file?: number;
  extents: Array<[from: number, bytes: number]>;
}

/** A file with these items and their extents. The boxes `idat` and `mdat` of the file hold the given bytes. */
function fileOf(items: TestItem[], { idat = '', mdat = '', more = [] as Buffer[] } = {}) {
  const entries = items.map(({ id, type, name = '', content = '' }, index) =>
    box('infe', full(2), uint(id ?? index + 1, 2), uint(0, 2), type, `${name}\0`, content)
  );
  const places = items.map(({ method = 0, file = 0, extents }, index) =>
    Buffer.concat([
      ...[uint(index + 1, 2), uint(method, 2), uint(file, 2), uint(extents.length, 2)],
      ...extents.flatMap(([from, bytes]) => [uint(from, 4), uint(bytes, 4)]),
    ])
  );
  const iloc = box('iloc', full(1), uint(0x4400, 2), uint(items.length, 2), ...places);
  const iinf = box('iinf', full(0), uint(items.length, 2), ...entries);
  const data = box('mdat', mdat);
  return Buffer.concat([
    box('ftyp', 'heic\0\0\0\0mif1heic'),
    data,
    box('meta', full(0), box('hdlr', Buffer.alloc(25)), iinf, iloc, box('idat', idat)),
    ...more,
  ]);
}

/** Offset of the content of `mdat` in the file. */
const DATA = 24 + 8;

describe('taking private boxes and items out of HEIF', () => {
  it('leaves one that has none as it is', async () => {
    for (const content of [samples.heic(), await noise().avif({ effort: 0 }).toBuffer()]) {
      expect(await strip(content)).toMatchObject({ isSame: true, complete: true });
    }
  });

  it('keeps length and pixels, and names boxes behind the picture free', async () => {
    const sent = await avif();
    const { bytes } = await strip(sent);
    expect(bytes.length).toBe(sent.length);
    expect(await pixels(bytes)).toEqual(await pixels(sent));
    const { bytes: photo } = await strip(heic());
    for (const type of ['mpvd', 'uuid', 'sefd']) {
      expect(photo.includes(type)).toBe(false);
    }
  });

  it('writes rights in the place of EXIF, and no packet in that of XMP', async () => {
    const { bytes } = await strip(await avif());
    const { exif, xmp } = await sharp(bytes).metadata();
    expect(exif?.includes(RIGHTS.artist)).toBe(true);
    expect(xmp?.toString().trim()).toBe('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>');
  });

  it('finds items in all places', async () => {
    const secret = `${PLANTED}${PLANTED}`;
    const sent = fileOf(
      [
        { type: 'hvc1', extents: [[DATA, 4]] },
        {
          type: 'mime',
          content: 'application/rdf+xml\0',
          method: 1,
          extents: [[2, secret.length]],
        },
        {
          type: 'Exif',
          extents: [
            [DATA + 4, 7],
            [DATA + 11, 7],
          ],
        },
        { type: 'uri ', content: 'urn:x\0', extents: [[DATA + 18, 0]] },
      ],
      { idat: `12${secret}`, mdat: `pix.${secret}${PLANTED}` }
    );
    const { bytes, complete } = await strip(sent);
    // The last extent reaches to the end of the file, so it covers the boxes with the item locations.
    expect([bytes.includes(PLANTED), complete]).toEqual([false, false]);
    expect(bytes.includes('pix.')).toBe(true);
    expect(bytes.includes('idat')).toBe(true);
  });

  it('takes names and descriptions for private, but for those of encoders', async () => {
    const sent = fileOf(
      [
        { type: 'hvc1', name: 'Color', extents: [[DATA, 4]] },
        { type: 'hvc1', name: PLANTED, extents: [[DATA, 4]] },
        {
          type: 'mime',
          name: PLANTED,
          content: 'application/rdf+xml\0',
          extents: [[DATA + 4, 100]],
        },
      ],
      { mdat: `pix.${xmpPacket()}${' '.repeat(60)}` }
    );
    const { bytes } = await strip(sent);
    expect([bytes.includes(PLANTED), bytes.includes('Color')]).toEqual([false, true]);
    expect(bytes.includes('       \0application/rdf+xml')).toBe(true);
  });

  it('leaves bytes that a picture uses, and tells it', async () => {
    const sent = fileOf(
      [
        { type: 'hvc1', extents: [[DATA, 8]] },
        { type: 'Exif', extents: [[DATA + 4, 12]] },
      ],
      { mdat: `pixels..${PLANTED}1` }
    );
    const { bytes, complete } = await strip(sent);
    expect([bytes.includes('pixels..'), bytes.includes(PLANTED), complete]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('looks for items in this file, whichever file they are said to lie in', async () => {
    const sent = fileOf(
      [
        { type: 'hvc1', file: 256, extents: [[DATA, 8]] },
        { type: 'Exif', file: 1, extents: [[DATA + 8, 8]] },
        { type: 'mime', file: 1, method: 1, extents: [[0, 7]] },
      ],
      { mdat: `pixels..${PLANTED}1`, idat: PLANTED }
    );
    const { bytes, complete } = await strip(sent);
    expect([bytes.includes('pixels..'), bytes.includes(PLANTED), complete]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('leaves an item that is a picture by one of its two descriptions, and tells it', async () => {
    const picture = { type: 'hvc1', extents: [[DATA, 8]] } as TestItem;
    const text = { type: 'mime', extents: [] } as TestItem;
    for (const items of [
      [picture, text],
      [text, picture],
    ]) {
      const sent = fileOf(
        items.map((item) => ({ ...item, id: 1 })),
        { mdat: 'pixels..' }
      );
      const { bytes, complete } = await strip(sent);
      expect([bytes.includes('pixels..'), complete]).toEqual([true, false]);
    }
  });

  it('leaves samples of a track in a box that goes', async () => {
    const samplesAt = (offset: number) =>
      box(
        'stbl',
        box('stco', full(0), uint(1, 4), uint(offset, 4)),
        box('stsc', full(0), uint(1, 4), uint(1, 4), uint(2, 4), uint(1, 4)),
        box('stsz', full(0), uint(0, 4), uint(2, 4), uint(3, 4), uint(3, 4))
      );
    const track = (offset: number) =>
      box(
        'moov',
        box('udta', PLANTED),
        box('trak', box('meta', full(0), PLANTED), box('mdia', box('minf', samplesAt(offset))))
      );
    const with_ = (offset: number) =>
      fileOf([], { more: [track(offset), box('mpvd', `sample${PLANTED}`)] });
    const sent = with_(with_(0).indexOf('mpvd') + 4);
    const { bytes, complete } = await strip(sent);
    expect([bytes.includes('sample'), bytes.includes(PLANTED), complete]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each([
    ['an item of another item’s bytes', [{ type: 'Exif', method: 2, extents: [[0, 4]] }]],
    ['no items', []],
  ])('%s', async (name, items) => {
    const { complete } = await strip(fileOf(items as TestItem[]));
    expect(complete).toBe(name === 'no items');
  });

  it('counts extents, also those that take no bytes', async () => {
    const sent = fileOf([{ type: 'hvc1', extents: [] }]);
    const iloc = sent.indexOf('iloc') + 4;
    // The item locations now have offsets and lengths of zero bytes, and the largest possible number of items and
    // extents.
    sent.writeUInt16BE(0, iloc + 4);
    sent.writeUInt16BE(0xffff, iloc + 6);
    sent.writeUInt16BE(0xffff, iloc + 14);
    expect(await strip(sent)).toMatchObject({ isSame: true, complete: false });
    expect(await cpuTime(() => strip(sent), 1000)).toBeLessThan(1000);
  });
});
