import sharp from 'sharp';
import { all, exifBlock, PLANTED, RIGHTS } from '../../../support/planted';
import { strip } from '../../../support/strip';

const FORMATS = [
  ...['JPEG', 'progressive JPEG', 'PNG', 'WebP', 'GIF', 'HEIC', 'AVIF', 'JPEG XL', 'JPEG 2000'],
  ...['little TIFF', 'big TIFF', 'little BigTIFF', 'big BigTIFF'],
];

/** Names of the formats that can hold rights. */
const HOLD_RIGHTS = FORMATS.filter((name) => !['GIF', 'HEIC', 'JPEG 2000'].includes(name));

let files: Map<string, { mime: string; bytes: Buffer }>;
beforeAll(async () => {
  files = new Map((await all()).map(([name, mime, bytes]) => [name, { mime, bytes }]));
});

const stripFormat = (name: string, wishes?: Parameters<typeof strip>[2]) => {
  const { mime, bytes } = files.get(name)!;
  return strip(mime, bytes, wishes);
};

/** Pixels of all frames; null for formats that sharp does not decode. */
const pixels = (content: Buffer, name: string) =>
  sharp(content, { animated: !/TIFF$/.test(name) })
    .raw()
    .toBuffer()
    .catch(() => null);

it('has planted something in every sample', () => {
  for (const [name, { bytes }] of files) {
    expect([name, bytes.includes(PLANTED)]).toEqual([name, true]);
  }
});

describe.each(FORMATS)('a %s', (name) => {
  it('loses all that is private', async () => {
    const { bytes, complete } = await stripFormat(name);
    expect(bytes.indexOf(PLANTED)).toBe(-1);
    expect(complete).toBe(true);
  });

  it('keeps its pixels', async () => {
    const { bytes } = await stripFormat(name);
    const before = await pixels(files.get(name)!.bytes, name);
    expect(before !== null).toBe(!['HEIC', 'JPEG XL', 'JPEG 2000'].includes(name));
    expect(await pixels(bytes, name)).toEqual(before);
  });

  it('has nothing to lose a second time', async () => {
    const { bytes } = await stripFormat(name);
    const again = await strip(files.get(name)!.mime, bytes);
    expect(again.bytes.equals(bytes)).toBe(true);
  });
});

describe.each(HOLD_RIGHTS)('rights of a %s', (name) => {
  it('stay', async () => {
    const { bytes } = await stripFormat(name);
    expect(bytes.includes(RIGHTS.artist)).toBe(true);
    expect(bytes.includes('Ann\0')).toBe(true);
  });

  it('go where nothing may be said of them', async () => {
    const { bytes } = await stripFormat(name, { rights: null });
    expect(bytes.includes('Ann')).toBe(false);
    expect(bytes.includes(PLANTED)).toBe(false);
  });
});

describe('types that nobody takes apart', () => {
  it.each([
    ['image/bmp', true],
    ['image/x-canon-cr2', true],
    ['image/svg+xml', true],
    ['video/mp4', true],
    ['application/pdf', true],
    ['image/vnd.adobe.photoshop', false],
    ['image/x-exr', false],
    ['image/vnd.microsoft.icon', false],
  ])('%s: complete is %s', async (mime, complete) => {
    expect(await strip(mime, await exifBlock())).toMatchObject({ isSame: true, complete });
  });
});

describe('what is no picture of its type', () => {
  it.each(FORMATS)('%s: stays, and is told', async (name) => {
    const { mime } = files.get(name)!;
    for (const content of [Buffer.alloc(0), Buffer.from('x'), Buffer.alloc(5000)]) {
      expect(await strip(mime, content)).toMatchObject({ isSame: true, complete: false });
    }
  });
});
