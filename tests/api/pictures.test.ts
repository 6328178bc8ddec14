import sharp, { type Sharp, type SharpOptions } from 'sharp';
import * as samples from '../support/samples';
import { BLUE, coloursOf, expectColours, GREEN, quarters, RED, YELLOW } from '../support/pixels';
import { sharedPictureServer, type StoredPicture } from '../support/picture-server';

let site: Awaited<ReturnType<typeof sharedPictureServer>>;

beforeAll(async () => {
  site = await sharedPictureServer();
});
afterAll(() => site.server.stop());
beforeEach(() => site.configure({}));

const metadataOf = async ({ url }: StoredPicture) => sharp(await site.bytes(url)).metadata();
const upright = [RED, GREEN, BLUE, YELLOW];

/** A stored image and all its formats. */
const allOf = (file: StoredPicture) => [file, ...Object.values(file.formats ?? {})];

describe('orientation', () => {
  /**
   * An image with this orientation. Its pixels are upright after the rotation that the orientation demands (EXIF 2.32,
   * 4.6.4).
   */
  const held = async (orientation: number) => {
    const turn = [0, 0, 0, 180, 180, 270, 270, 90, 90][orientation]!;
    const flops = [2, 4, 5, 7].includes(orientation);
    const picture = quarters(800, 600).rotate(turn);
    const pixels = sharp(await picture.png().toBuffer());
    return (flops ? mirrored(pixels, orientation) : pixels)
      .jpeg({ quality: 95 })
      .withMetadata({ orientation })
      .toBuffer();
  };
  const mirrored = (pixels: Sharp, orientation: number) =>
    orientation === 2 || orientation === 4 ? pixels.flop() : pixels.flip();

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    '%d: formats are upright, the original is as sent',
    async (n) => {
      const sent = await held(n);
      expectColours(await coloursOf(sent), upright);
      const file = await site.upload('held.jpg', sent);
      expect(file).toMatchObject({ width: 800, height: 600 });
      const original = await metadataOf(file);
      expect(original.orientation ?? 1).toBe(n);
      for (const one of allOf(file)) {
        expectColours(await coloursOf(await site.bytes(one.url)), upright);
      }
      const small = await metadataOf(file.formats!.small!);
      expect([small.orientation ?? 1, small.width, small.height]).toEqual([1, 500, 375]);
    }
  );

  it('autoOrientation turns the original', async () => {
    await site.configure({}, { autoOrientation: true });
    const file = await site.upload('held.jpg', await held(6));
    expect(file).toMatchObject({ width: 800, height: 600 });
    const { orientation = 1, width, height } = await metadataOf(file);
    expect([orientation, width, height]).toEqual([1, 800, 600]);
    expectColours(await coloursOf(await site.bytes(file.url)), upright);
  });
});

describe('metadata', () => {
  const withAll = () =>
    quarters(800, 600)
      .jpeg({ quality: 98 })
      .withMetadata({ icc: 'p3' })
      .withExif({ IFD0: { Copyright: 'A. Person' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">at home</x:xmpmeta>')
      .toBuffer();

  it('of places go, rights and colour profile stay, in original and formats', async () => {
    const sent = await withAll();
    const { icc } = await sharp(sent).metadata();
    const file = await site.upload('place.jpg', sent);
    expect(file.size).toBeLessThan(sent.length / 1000);
    for (const one of allOf(file)) {
      const found = await metadataOf(one);
      expect(found.icc?.equals(icc!)).toBe(true);
      expect(found.xmp).toBeUndefined();
      expect(found.exif?.toString('latin1')).toContain('A. Person');
      // 0x8825 is the tag of the GPS directory.
      expect(found.exif?.includes(Buffer.from([0x25, 0x88]))).toBe(false);
      expectColours(await coloursOf(await site.bytes(one.url)), await coloursOf(sent));
    }
  });

  const xmp = (rights: string) =>
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
      xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
      xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:rights><rdf:Alt><rdf:li
      xml:lang="x-default">${rights}</rdf:li></rdf:Alt></dc:rights></rdf:Description></rdf:RDF></x:xmpmeta>`;

  it.each([
    ['jpg', (image: Sharp) => image.jpeg({ quality: 98 })],
    ['png', (image: Sharp) => image.png({ compressionLevel: 1 })],
    ['webp', (image: Sharp) => image.webp({ quality: 98 })],
  ])('of a %s that name the rights in XMP alone leave a copyright', async (ext, encode) => {
    for (const sizeOptimization of [true, false]) {
      await site.configure({}, { sizeOptimization });
      const sent = await encode(quarters(800, 600)).withXmp(xmp('© A. Person')).toBuffer();
      for (const one of allOf(await site.upload(`rights.${ext}`, sent))) {
        const { exif, xmp: left } = await metadataOf(one);
        expect(left).toBeUndefined();
        expect(exif?.toString()).toContain('© A. Person');
      }
    }
  });

  it.each([
    ['jpg', (image: Sharp) => image.jpeg({ quality: 98 })],
    ['png', (image: Sharp) => image.png({ compressionLevel: 1 })],
    ['webp', (image: Sharp) => image.webp({ quality: 98 })],
  ])('of a %s keep a notice to its last bracket, and an orientation', async (ext, encode) => {
    const notice = 'ACME (c) 2020 (all rights reserved)';
    // The copy of the notice that libvips makes ends before the last bracket.
    const sent = await encode(quarters(800, 600))
      .withMetadata({ orientation: 3 })
      .withXmp(xmp(notice))
      .toBuffer();
    const file = await site.upload(`notice.${ext}`, sent);
    for (const one of allOf(file)) {
      const { exif, orientation = 1 } = await metadataOf(one);
      expect(exif?.toString()).toContain(`${notice}\0`);
      // Browsers ignore the orientation of a WebP.
      expect(orientation).toBe(one === file && ext !== 'webp' ? 3 : 1);
    }
  });

  it('there is none where neither rights nor profile are', async () => {
    const sent = await quarters(800, 600)
      .jpeg({ quality: 98 })
      .withExif({ IFD0: { Model: 'Phone' }, IFD3: { GPSLatitudeRef: 'N' } })
      .toBuffer();
    for (const one of allOf(await site.upload('place.jpg', sent))) {
      expect(await metadataOf(one)).not.toMatchObject({ exif: expect.anything() });
    }
  });

  it('"keep" keeps all of it, "strip" nothing', async () => {
    await site.configure({ metadata: 'keep' });
    const kept = await site.upload('place.jpg', await withAll());
    for (const one of allOf(kept)) {
      expect((await metadataOf(one)).xmp?.toString()).toContain('at home');
    }
    await site.configure({ metadata: 'strip' });
    for (const one of allOf(await site.upload('place.jpg', await withAll()))) {
      const { exif, icc, xmp } = await metadataOf(one);
      expect([exif, icc, xmp]).toEqual([undefined, undefined, undefined]);
    }
  });

  it.each([
    ['jpg', (image: Sharp) => image.jpeg({ quality: 30 })],
    ['png', (image: Sharp) => image.png({ compressionLevel: 9 })],
    ['webp', (image: Sharp) => image.webp({ quality: 10 })],
  ])('of places go from a kept %s too, whose pixels stay as they are', async (ext, encode) => {
    await site.configure({}, { sizeOptimization: false });
    const sent = await encode(quarters(800, 600))
      .withMetadata({ orientation: 3 })
      .withExif({ IFD0: { Copyright: 'A. Person' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">at home</x:xmpmeta>')
      .toBuffer();
    const file = await site.upload(`place.${ext}`, sent);
    const stored = await site.bytes(file.url);
    const { orientation, exif, xmp } = await sharp(stored).metadata();
    expect([orientation ?? 1, xmp]).toEqual([ext === 'webp' ? 1 : 3, undefined]);
    expect(exif?.toString('latin1')).toContain('A. Person');
    expect(exif?.includes(Buffer.from([0x25, 0x88]))).toBe(false);
    const pixels = (bytes: Buffer) => sharp(bytes).raw().toBuffer();
    expect((await pixels(stored)).equals(await pixels(sent))).toBe(true);
    expect(stored.length).toBeLessThan(sent.length);
  });
});

describe('colours', () => {
  it('of a CMYK JPEG are those that it shows, with a profile and without', async () => {
    for (const profile of [true, false]) {
      const cmyk = await quarters(800, 600)
        .toColourspace('cmyk')
        .jpeg({ quality: 95 })
        .withMetadata(profile ? { icc: 'cmyk' } : {})
        .toBuffer();
      const seen = await coloursOf(cmyk);
      for (const one of allOf(await site.upload('print.jpg', cmyk))) {
        expect(await metadataOf(one)).toMatchObject({ space: 'srgb', channels: 3 });
        expectColours(await coloursOf(await site.bytes(one.url)), seen);
      }
    }
  });

  it('of a wide profile are the same in original and formats', async () => {
    const sent = await quarters(800, 600).jpeg({ quality: 95 }).withIccProfile('p3').toBuffer();
    for (const one of allOf(await site.upload('wide.jpg', sent))) {
      expectColours(await coloursOf(await site.bytes(one.url)), upright);
    }
  });

  it('of a grey picture with a grey profile stay grey', async () => {
    const grey = await quarters(800, 600).greyscale().toColourspace('b-w').jpeg().toBuffer();
    for (const one of allOf(await site.upload('grey.jpg', grey))) {
      expectColours(await coloursOf(await site.bytes(one.url)), await coloursOf(grey));
    }
  });
});

describe('a PNG', () => {
  it('of 16 bits keeps them, and gets formats that can be seen', async () => {
    const sent = await quarters(800, 600)
      .toColourspace('rgb16')
      .png({ compressionLevel: 0 })
      .toBuffer();
    const file = await site.upload('deep.png', sent);
    expect(file.size).toBeLessThan(sent.length / 1000);
    expect(await metadataOf(file)).toMatchObject({ depth: 'ushort', isPalette: false });
    for (const one of allOf(file)) {
      expectColours(await coloursOf(await site.bytes(one.url)), upright);
    }
  });

  it('of true colour is made smaller without losing any', async () => {
    const sent = await sharp({
      create: { width: 700, height: 500, channels: 3, noise: { type: 'gaussian', sigma: 9 } },
    } as SharpOptions)
      .png({ compressionLevel: 0 })
      .toBuffer();
    const file = await site.upload('true.png', sent);
    const stored = await site.bytes(file.url);
    expect(stored.length).toBeLessThan(sent.length);
    const pixels = (bytes: Buffer) => sharp(bytes).raw().toBuffer();
    expect((await pixels(stored)).equals(await pixels(sent))).toBe(true);
  });
});

describe('a lossless WebP', () => {
  it('stays as it is, and its formats are lossless', async () => {
    const sent = await quarters(800, 600).webp({ lossless: true }).toBuffer();
    const file = await site.upload('exact.webp', sent);
    expect((await site.bytes(file.url)).equals(sent)).toBe(true);
    const small = await site.bytes(file.formats!.small!.url);
    expect(small.includes('VP8L')).toBe(true);
    expectColours(await coloursOf(small), upright);
  });
});

describe('a moving picture', () => {
  it.each([
    ['gif', (image: Sharp) => image.gif({ delay: [100, 200, 300], loop: 2 })],
    ['webp', (image: Sharp) => image.webp({ delay: [100, 200, 300], loop: 2 })],
  ])('%s keeps frames, their times and its loops', async (ext, encode) => {
    const colours = [RED, GREEN, BLUE];
    const frames = await Promise.all(
      colours.map(([r, g, b]) =>
        sharp({ create: { width: 400, height: 300, channels: 3, background: { r, g, b } } })
          .png()
          .toBuffer()
      )
    );
    const sent = await encode(sharp(frames, { join: { animated: true } })).toBuffer();
    const file = await site.upload(`moving.${ext}`, sent);
    expect((await site.bytes(file.url)).equals(sent)).toBe(true);
    const thumbnail = await site.bytes(file.formats!.thumbnail!.url);
    const { pages, delay, loop, pageHeight, width } = await sharp(thumbnail, {
      animated: true,
    }).metadata();
    expect({ pages, delay, loop, pageHeight, width }).toEqual({
      pages: 3,
      delay: [100, 200, 300],
      loop: 2,
      pageHeight: 156,
      width: 208,
    });
    for (const [page, colour] of colours.entries()) {
      expectColours(await coloursOf(thumbnail, page), [colour, colour, colour, colour]);
    }
  });
});

describe('other kinds', () => {
  it('an AVIF is stored as it is, with its size and formats', async () => {
    const sent = await quarters(800, 600).avif({ effort: 0 }).toBuffer();
    const file = await site.upload('a.avif', sent);
    expect(file).toMatchObject({ width: 800, height: 600 });
    expect((await site.bytes(file.url)).equals(sent)).toBe(true);
    expectColours(await coloursOf(await site.bytes(file.formats!.small!.url)), upright);
  });

  it('a TIFF of several pages keeps all of them; formats show the first', async () => {
    const page = await quarters(700, 500).png().toBuffer();
    const other = await sharp({
      create: { width: 700, height: 500, channels: 3, background: 'black' },
    })
      .png()
      .toBuffer();
    const sent = await sharp([page, other], { join: { animated: true } })
      .tiff()
      .toBuffer();
    const file = await site.upload('pages.tiff', sent);
    expect(file).toMatchObject({ width: 700, height: 500 });
    expect((await site.bytes(file.url)).equals(sent)).toBe(true);
    expectColours(await coloursOf(await site.bytes(file.formats!.small!.url)), upright);
  });

  it('an SVG is measured from its header', async () => {
    const drawing = Buffer.from('<svg viewBox="0 0 30 20" xmlns="http://www.w3.org/2000/svg"/>');
    expect(await site.upload('a.svg', drawing)).toMatchObject({ width: 30, height: 20 });
  });

  it('a HEIC is stored as it is, with its size', async () => {
    const file = await site.upload('a.heic', samples.heic());
    expect(file).toMatchObject({ width: 320, height: 240, formats: null });
  });
});
