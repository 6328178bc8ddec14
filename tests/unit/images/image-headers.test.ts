import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { readHeader } from '../../../server/src/images/header';
import { fuzzRuns } from '../../support/fuzz-runs';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'headers-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function headerOf(data: Buffer, mime: string) {
  const file = path.join(folder, 'a');
  await writeFile(file, data);
  return readHeader(file, mime);
}

const noise = () =>
  sharp({
    create: {
      width: 70,
      height: 50,
      channels: 3,
      background: 'black',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  });

const KINDS: Array<[name: string, mime: string, make: () => Promise<Buffer>]> = [
  ['JPEG', 'image/jpeg', () => noise().jpeg().toBuffer()],
  ['progressive JPEG', 'image/jpeg', () => noise().jpeg({ progressive: true }).toBuffer()],
  ['PNG', 'image/png', () => noise().png().toBuffer()],
  ['GIF', 'image/gif', () => noise().gif().toBuffer()],
  ['WebP', 'image/webp', () => noise().webp().toBuffer()],
  ['lossless WebP', 'image/webp', () => noise().webp({ lossless: true }).toBuffer()],
  [
    'WebP with an EXIF block',
    'image/webp',
    () =>
      noise()
        .withExif({ IFD0: { Artist: 'A' } })
        .webp()
        .toBuffer(),
  ],
  ['TIFF', 'image/tiff', () => noise().tiff().toBuffer()],
  ['BigTIFF', 'image/tiff', () => noise().tiff({ bigtiff: true }).toBuffer()],
  ['AVIF', 'image/avif', () => noise().avif({ effort: 0 }).toBuffer()],
  ['tiled TIFF', 'image/tiff', () => noise().tiff({ tile: true, tileWidth: 16 }).toBuffer()],
];

describe.each(KINDS)('the header of a %s', (_name, mime, make) => {
  it('tells its size', async () => {
    expect(await headerOf(await make(), mime)).toMatchObject({
      width: 70,
      height: 50,
      hasPixels: true,
    });
  });

  it('is there before the first pixel, and says so', async () => {
    const data = await make();
    const seen = new Set<string>();
    const lengths = Array.from({ length: 260 }, (_, at) => (at < 200 ? at : 200 + (at - 200) * 97));
    for (const length of [...lengths, data.length]) {
      const header = await headerOf(data.subarray(0, length), mime);
      seen.add(header ? String(header.hasPixels) : 'none');
      expect(header ?? { width: 70, height: 50 }).toMatchObject({ width: 70, height: 50 });
    }
    expect([...seen]).toContain('true');
    expect(await headerOf(data.subarray(0, 10), mime)).toBeNull();
  });

  it('is read, or is none, whatever the bytes are', async () => {
    const data = await make();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(Math.min(400, data.length - 1)), fc.nat(255)), { maxLength: 8 }),
        async (changes) => {
          const copy = Buffer.from(data);
          changes.forEach(([at, byte]) => (copy[at] = byte));
          const header = await headerOf(copy, mime);
          expect(header === null || (header.width > 0 && header.height > 0)).toBe(true);
        }
      ),
      { numRuns: fuzzRuns(50, 500) }
    );
  }, 300_000);
});

it('steps over bytes that programs leave between the segments of a JPEG', async () => {
  const data = await noise().jpeg().toBuffer();
  const table = data.indexOf(Buffer.from([0xff, 0xdb]));
  for (const stray of [
    Buffer.from([0xff, 0xff]),
    Buffer.alloc(300, 1),
    Buffer.from('\xff\0x', 'latin1'),
  ]) {
    const strayed = Buffer.concat([data.subarray(0, table), stray, data.subarray(table)]);
    expect(await headerOf(strayed, 'image/jpeg')).toEqual({
      width: 70,
      height: 50,
      hasPixels: true,
    });
  }
});
