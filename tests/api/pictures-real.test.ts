import sharp, { type Sharp } from 'sharp';
import { pngChunk } from '../support/bad-pictures';
import { expectNothingLeftOver } from '../support/consistency';
import { gridAvif, gridOf, HEIC, tile } from '../support/heif';
import * as samples from '../support/samples';
import { coloursOf, expectColours, GREEN, quarters, RED } from '../support/pixels';
import { send, sharedPictureServer, type StoredPicture } from '../support/picture-server';

let site: Awaited<ReturnType<typeof sharedPictureServer>>;

beforeAll(async () => {
  site = await sharedPictureServer();
});
afterAll(() => site.server.stop());
beforeEach(() => site.configure({}));
afterEach(() => expectNothingLeftOver(site.server));

const WIDTH = 640;
const HEIGHT = 480;
const picture = () => quarters(WIDTH, HEIGHT);
const behind = (data: Buffer, mark: string) => data.indexOf(mark, 0, 'latin1') + mark.length;
const cut = (data: Buffer, part: number) => data.subarray(0, Math.floor(data.length * part));
const inserted = (data: Buffer, at: number, bytes: Buffer) =>
  Buffer.concat([data.subarray(0, at), bytes, data.subarray(at)]);

/**
 * Expects that the server stores the image without encoding it again, and that its sizes show the same upper half.
 *
 * @param stored expected bytes of the stored file: the sent bytes, without bytes that belong to no part of the format
 */
async function expectShown(name: string, data: Buffer, stored = data): Promise<StoredPicture> {
  const file = await site.upload(name, data);
  expect(file).toMatchObject({ width: WIDTH, height: HEIGHT });
  expect((await site.bytes(file.url)).equals(stored)).toBe(true);
  expect(Object.keys(file.formats ?? {}).sort()).toEqual(['small', 'thumbnail']);
  for (const { url } of Object.values(file.formats!)) {
    expectColours((await coloursOf(await site.bytes(url))).slice(0, 2), [RED, GREEN]);
  }
  return file;
}

/** Expects that the server stores the file unchanged, with width and height, but without formats. */
async function expectLeftAlone(name: string, data: Buffer, size: [number, number]) {
  const file = await site.upload(name, data);
  const [width, height] = size;
  expect(file).toMatchObject({ width, height, formats: null });
  expect((await site.bytes(file.url)).equals(data)).toBe(true);
}

async function expectRefused(name: string, data: Buffer) {
  const { status, body } = await send(site.server, name, data);
  expect([status, body.error?.details.errors]).toEqual([
    400,
    [expect.objectContaining({ file: name, code: 'INVALID_IMAGE' })],
  ]);
}

describe('a picture of which something can be seen gets its sizes', () => {
  it.each([0, 2, 100])('a JPEG without its last bytes (%d more)', async (more) => {
    const data = await picture().jpeg().toBuffer();
    await expectShown('cut.jpg', data.subarray(0, data.length - 2 - more));
  });

  it('a JPEG that is cut off in its lower half', async () => {
    await expectShown('cut.jpg', cut(await picture().jpeg().toBuffer(), 0.7));
  });

  it('a JPEG with stray bytes between its segments', async () => {
    const data = await picture().jpeg().toBuffer();
    const table = data.indexOf(Buffer.from([0xff, 0xdb]));
    await expectShown('stray.jpg', inserted(data, table, Buffer.alloc(14, 'x')), data);
  });

  it('a PNG that is cut off in its lower half', async () => {
    const data = await picture().png({ compressionLevel: 0 }).toBuffer();
    await expectShown('cut.png', cut(data, 0.7));
  });

  it('a PNG with a wrong checksum', async () => {
    const data = await picture().png().toBuffer();
    data.writeUInt32BE(0, data.indexOf('IEND', 0, 'latin1') - 8);
    await expectShown('checksum.png', data);
  });

  it('a GIF that is cut off in its lower half', async () => {
    await expectShown('cut.gif', cut(await picture().gif().toBuffer(), 0.8));
  });

  it('a TIFF with a broken strip', async () => {
    const data = await picture().tiff({ compression: 'lzw' }).toBuffer();
    data.fill(0xff, Math.floor(data.length * 0.8), Math.floor(data.length * 0.82));
    await expectShown('strip.tif', data);
  });

  it('an AVIF of more tiles than libheif takes by itself', async () => {
    const file = await site.upload('grid.avif', await gridAvif(tile(), 5, 5));
    expect(file).toMatchObject({ width: 320, height: 320 });
    expect(file.formats).toHaveProperty('thumbnail');
  });

  it('is not turned, since an encoder would make the damage last', async () => {
    await site.configure({}, { autoOrientation: true });
    const whole = await picture().jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const file = await site.upload('turned.jpg', whole.subarray(0, -2));
    expect(file).toMatchObject({ width: HEIGHT, height: WIDTH });
    const stored = await sharp(await site.bytes(file.url), { failOn: 'none' }).metadata();
    expect(stored).toMatchObject({ width: WIDTH, height: HEIGHT, orientation: 6 });
  });
});

describe('a picture that only others can decode is stored without sizes', () => {
  it('a TIFF that is packed in a way that libvips does not know', async () => {
    const data = await picture().tiff({ compression: 'lzw' }).toBuffer();
    const LZMA = 34925;
    const entry = data.indexOf(Buffer.from([0x03, 0x01, 0x03, 0x00, 0x01, 0, 0, 0, 5, 0]));
    data.writeUInt16LE(LZMA, entry + 8);
    await expectLeftAlone('lzma.tif', data, [WIDTH, HEIGHT]);
  });

  it('a TIFF of 12 bits a channel', async () => {
    const data = await picture().tiff({ compression: 'none' }).toBuffer();
    const entry = data.indexOf(Buffer.from([0x02, 0x01, 0x03, 0x00, 0x03, 0, 0, 0]));
    const bits = data.readUInt32LE(entry + 8);
    [0, 2, 4].forEach((at) => data.writeUInt16LE(12, bits + at));
    await expectLeftAlone('twelve.tif', data, [WIDTH, HEIGHT]);
  });

  it('a sequence of AVIF frames', async () => {
    const data = await picture().avif({ effort: 0 }).toBuffer();
    data.write('avis', 8, 'latin1');
    await expectLeftAlone('moves.avif', data, [WIDTH, HEIGHT]);
  });

  it('an AVIF of more tiles than anybody writes', async () => {
    await expectLeftAlone('tiles.avif', await gridAvif(tile(), 41, 25), [41 * 64, 25 * 64]);
  });

  it('a HEIC of as many tiles as phones write', async () => {
    const whole = { data: samples.heic(), width: 320, height: 240, kind: HEIC };
    await expectLeftAlone('phone.heic', gridOf(whole, 8, 6), [8 * 320, 6 * 240]);
  });

  it('an AVIF of tiles that are far larger than itself', async () => {
    const data = await gridAvif(tile(1500), 2, 1);
    const shown = data.indexOf('ispe', 0, 'latin1') + 8;
    data.writeUInt32BE(100, shown);
    data.writeUInt32BE(80, shown + 4);
    await expectLeftAlone('bomb.avif', data, [100, 80]);
  });

  it('a WebP that is cut off', async () => {
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 30 };
    const image = sharp({
      create: { width: WIDTH, height: HEIGHT, channels: 3, background: 'grey', noise },
    });
    await expectLeftAlone('cut.webp', cut(await image.webp().toBuffer(), 0.7), [WIDTH, HEIGHT]);
  });
});

describe('what has no pixels is refused', () => {
  const before = (data: Buffer, mark: string) => data.subarray(0, behind(data, mark));

  it.each([
    [
      'a JPEG that ends with the header of its scan',
      'a.jpg',
      async () => {
        const data = await picture().jpeg().toBuffer();
        const scan = data.indexOf(Buffer.from([0xff, 0xda]));
        return data.subarray(0, scan + 2 + data.readUInt16BE(scan + 2));
      },
    ],
    [
      'a PNG that ends with its first IDAT',
      'a.png',
      async () => before(await picture().png().toBuffer(), 'IDAT'),
    ],
    ['a PNG without IDAT', 'b.png', async () => before(await picture().png().toBuffer(), 'IHDR')],
    ['a GIF of a header', 'a.gif', async () => (await picture().gif().toBuffer()).subarray(0, 13)],
    [
      'a WebP of a header',
      'a.webp',
      async () => (await picture().webp().toBuffer()).subarray(0, 24),
    ],
    [
      'an AVIF without its data',
      'a.avif',
      async () => before(await picture().avif({ effort: 0 }).toBuffer(), 'mdat'),
    ],
    [
      'a TIFF without its strips',
      'a.tif',
      async () => (await picture().tiff().toBuffer()).subarray(0, 200),
    ],
  ])('%s', async (_what, name, make) => {
    await expectRefused(name, await make());
  });
});

describe('sizes are what browsers show of the original', () => {
  it.each([true, false])(
    'of a WebP that EXIF says to turn, which they do not (autoOrientation %s)',
    async (autoOrientation) => {
      await site.configure({}, { autoOrientation });
      const data = await picture()
        .webp({ quality: 100 })
        .withMetadata({ orientation: 6 })
        .toBuffer();
      const file = await site.upload('turned.webp', data);
      expect(file).toMatchObject({ width: WIDTH, height: HEIGHT });
      expect(file.formats!.thumbnail).toMatchObject({ width: 208, height: 156 });
      expectColours((await coloursOf(await site.bytes(file.formats!.thumbnail!.url))).slice(0, 2), [
        RED,
        GREEN,
      ]);
    }
  );

  it.each([false, true])('of such a WebP as AVIF (with a profile: %s)', async (hasProfile) => {
    await site.configure({ format: 'avif' });
    const plain = await picture().webp().withMetadata({ orientation: 6 }).toBuffer();
    const data = hasProfile ? plain : await sharp(plain).withExif({}).webp().toBuffer();
    const { thumbnail } = (await site.upload('turned.webp', data)).formats!;
    const { width, height } = await sharp(await site.bytes(thumbnail!.url)).metadata();
    expect([width, height]).toEqual([208, 156]);
  });

  const HEADER_END = 33;
  const gamma = (value: number) => {
    const body = Buffer.alloc(4);
    body.writeUInt32BE(value);
    return pngChunk('gAMA', body);
  };
  const grey = () =>
    sharp({ create: { width: 300, height: 200, channels: 3, background: '#808080' } })
      .png()
      .toBuffer();

  // The value of gAMA, and the brightness at which a viewer then shows the grey value 128.
  it.each([
    [100_000, 186],
    [55_556, 144],
    [45_455, 128],
  ])('of a PNG with gAMA %d', async (value, shown) => {
    const data = inserted(await grey(), HEADER_END, gamma(value));
    const file = await site.upload('gamma.png', data);
    const pixels = await sharp(await site.bytes(file.formats!.thumbnail!.url))
      .raw()
      .toBuffer();
    expect(Math.abs(pixels[0]! - shown)).toBeLessThanOrEqual(3);
    // The stored original keeps a gAMA that viewers need. Encoding the image again would lose the meaning of gAMA.
    const original = await site.bytes(file.url);
    expect(original.includes('gAMA')).toBe(value !== 45_455);
  });

  it('are not made of a PNG whose cICP says that it is HDR', async () => {
    const data = inserted(await grey(), HEADER_END, pngChunk('cICP', Buffer.from([9, 16, 0, 1])));
    await expectLeftAlone('hdr.png', data, [300, 200]);
  });

  it.each([
    ['PQ', 9, 16],
    ['HLG', 9, 18],
    ['Display P3 without a profile', 12, 13],
  ])('are not made of an AVIF in %s', async (_name, primaries, transfer) => {
    const data = await gridAvif(tile(320), 2, 1, { primaries, transfer });
    await expectLeftAlone('hdr.avif', data, [640, 320]);
  });
});

describe('a small JPEG is no larger than an encoder with its usual settings makes it', () => {
  const KINDS: Record<string, (image: Sharp) => Sharp> = {
    plain: (image) => image,
    'with the profile of sRGB': (image) => image.withIccProfile('srgb'),
    grey: (image) => image.toColourspace('b-w'),
  };

  it.each(Object.keys(KINDS))('%s', async (kind) => {
    for (const side of [64, 256, 512, 1024, 2048]) {
      const noise = { type: 'gaussian' as const, mean: 128, sigma: 4 };
      const image = sharp({
        create: { width: side, height: side, channels: 3, background: 'grey', noise },
      });
      const sent = await KINDS[kind]!(image).jpeg({ quality: 95 }).toBuffer();
      const file = await site.upload(`${side}.jpg`, sent);
      const usual = await sharp(sent).jpeg({ quality: 80 }).toBuffer();
      expect((await site.bytes(file.url)).length / usual.length).toBeLessThanOrEqual(1.03);
      const { thumbnail } = file.formats ?? {};
      if (thumbnail) {
        const resized = await sharp(sent).resize(245, 156, { fit: 'inside' }).jpeg().toBuffer();
        expect((await site.bytes(thumbnail.url)).length / resized.length).toBeLessThanOrEqual(1.03);
      }
    }
  });
});

it('stores a drawing of few colours with a palette, each pixel as it was', async () => {
  const sent = await picture().ensureAlpha().png().toBuffer();
  const file = await site.upload('drawing.png', sent);
  const stored = await site.bytes(file.url);
  expect(await sharp(stored).metadata()).toMatchObject({ isPalette: true, bitsPerSample: 2 });
  const pixels = (data: Buffer) => sharp(data).ensureAlpha().raw().toBuffer();
  expect((await pixels(stored)).equals(await pixels(sent))).toBe(true);
  const usual = await sharp(sent).png({ quality: 80 }).toBuffer();
  expect(stored.length).toBeLessThanOrEqual(usual.length);
});
