import fc from 'fast-check';
import sharp from 'sharp';
import { flatPng } from '../../../server/src/images/render/flat-png';
import { fuzzRuns } from '../../support/fuzz-runs';

const decoded = (png: Buffer) => sharp(png).toColourspace('srgb').ensureAlpha().raw().toBuffer();

it('gives back each pixel, whatever the colours and the size are', async () => {
  const pictures = fc
    .record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
      colours: fc.array(fc.uint8Array({ minLength: 4, maxLength: 4 }), {
        minLength: 1,
        maxLength: 256,
      }),
      seed: fc.nat(),
    })
    .map(({ width, height, colours, seed }) => ({
      width,
      height,
      data: Buffer.concat(
        Array.from(
          { length: width * height },
          (_, at) => colours[(at * at + seed) % colours.length]!
        )
      ),
    }));
  await fc.assert(
    fc.asyncProperty(pictures, async (picture) => {
      const png = await flatPng(picture);
      expect((await decoded(png!)).equals(picture.data)).toBe(true);
    }),
    { numRuns: fuzzRuns(100, 1000) }
  );
}, 300_000);

it.each([1, 2, 3, 4, 5, 16, 17, 256])('has a palette of %d colours', async (count) => {
  const data = Buffer.alloc(count * 4);
  for (let colour = 0; colour < count; colour += 1) {
    data.writeUInt32BE(((colour * 0x010305 * 256) | 0xff) >>> 0, colour * 4);
  }
  const png = await flatPng({ data, width: count, height: 1 });
  const { isPalette, bitsPerSample, hasAlpha } = await sharp(png!).metadata();
  const bits = [1, 2, 4, 8].find((few) => count <= 2 ** few);
  expect({ isPalette, bitsPerSample, hasAlpha }).toEqual({
    isPalette: true,
    bitsPerSample: bits,
    hasAlpha: false,
  });
});

it('is none for more than 256 colours', async () => {
  const data = Buffer.alloc(257 * 4);
  for (let colour = 0; colour < 257; colour += 1) {
    data.writeUInt32BE(colour, colour * 4);
  }
  expect(await flatPng({ data, width: 257, height: 1 })).toBeNull();
});
