import fc from 'fast-check';
import sharp from 'sharp';
import { fuzzRuns } from '../../../support/fuzz-runs';
import { all } from '../../../support/planted';
import { strip } from '../../../support/strip';
import { cpuTime } from '../../../support/cpu-time';

/** Wrong values for the offsets, sizes and counts in a file. */
const LIES = [0, 1, 2, 7, 0x7f, 0xff, 0xffff, 0x7fffffff, 0xffffffff];

/** A position in a file. It is not made with `fc.double`, because nearly all doubles between 0 and 1 are close to 0. */
const at = fc
  .nat(999_999)
  .map((millionths) => (content: Buffer) => Math.floor((millionths / 1_000_000) * content.length));

type Damage = (content: Buffer) => Buffer;

/** Overwrites four bytes with a wrong value, in either byte order. */
const lie: fc.Arbitrary<Damage> = fc
  .tuple(at, fc.oneof(fc.constantFrom(...LIES), fc.nat(6000)), fc.boolean())
  .map(([place, value, isLittle]) => (content) => {
    const copy = Buffer.from(content);
    const offset = Math.min(place(copy), copy.length - 4);
    if (offset >= 0) {
      copy[isLittle ? 'writeUInt32LE' : 'writeUInt32BE'](value, offset);
    }
    return copy;
  });

const flip: fc.Arbitrary<Damage> = fc
  .tuple(at, fc.integer({ min: 1, max: 255 }))
  .map(([place, bits]) => (content) => {
    const copy = Buffer.from(content);
    copy[place(copy)]! ^= bits;
    return copy;
  });

const cut: fc.Arbitrary<Damage> = at.map(
  (place) => (content) => content.subarray(0, place(content))
);

const takeOut: fc.Arbitrary<Damage> = fc.tuple(at, fc.nat(60)).map(
  ([place, length]) =>
    (content) =>
      Buffer.concat([
        content.subarray(0, place(content)),
        content.subarray(place(content) + length),
      ])
);

const copyOver: fc.Arbitrary<Damage> = fc
  .tuple(at, at, fc.nat(200))
  .map(([from, to, length]) => (content) => {
    const copy = Buffer.from(content);
    copy.copyWithin(to(copy), from(copy), from(copy) + length);
    return copy;
  });

/** Damages a file in one or two ways. Ways that leave more data to decode are more frequent. */
const damage = fc
  .array(fc.oneof(lie, lie, flip, flip, copyOver, takeOut, cut), { minLength: 1, maxLength: 2 })
  .map((all) => (content: Buffer) => all.reduce((now, one) => one(now), content));

/** The Huffman tables of a JPEG's first image, and the data coded with them. */
function codedOf(jpeg: Buffer): Buffer {
  const start = jpeg.indexOf(Buffer.from([0xff, 0xc4]));
  return jpeg.subarray(start, jpeg.indexOf(Buffer.from([0xff, 0xd9]), start));
}

/**
 * Whether the pixels of two files can be compared. For damaged data, libjpeg's result depends on their position in its
 * buffer.
 */
const isComparable = (mime: string, sent: Buffer, bytes: Buffer): boolean =>
  mime !== 'image/jpeg' || sent.includes(codedOf(bytes));

/** Pixels of all frames; null if sharp cannot decode the file. */
async function pixels(content: Buffer, mime: string): Promise<Buffer | null> {
  // Decode only the first page of a TIFF, because its pages may differ in size.
  const animated = mime !== 'image/tiff';
  try {
    return await sharp(content, { animated, limitInputPixels: 1_000_000 }).raw().toBuffer();
  } catch {
    return null;
  }
}

it('takes damaged pictures apart without a failure, a change of pixels, or much time', async () => {
  const files = await all();
  let decoded = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), damage, async ([, mime, bytes], change) => {
      const sent = change(bytes);
      const outcome = await strip(mime, sent);
      expect(await cpuTime(() => strip(mime, sent), 500)).toBeLessThan(500);
      const before = isComparable(mime, sent, bytes) ? await pixels(sent, mime) : null;
      if (before && !outcome.isSame) {
        decoded += 1;
        expect((await pixels(outcome.bytes, mime))?.equals(before)).toBe(true);
      }
    }),
    { numRuns: fuzzRuns(400, 4000) }
  );
  expect(decoded).toBeGreaterThan(50);
}, 300_000);
