import fc from 'fast-check';
import { transformsSchema, type TransformOptions } from '../../../server/src/config/transforms';
import type { Asked } from '../../../server/src/variants/asked';
import { rounded } from '../../../server/src/variants/rounding';
import { fuzzRuns } from '../../support/fuzz-runs';

const STEPS = transformsSchema.parse({}) as TransformOptions;
const PHOTO = { width: 1600, height: 1200 };

const sizeOf = (asked: Asked, image = PHOTO) => {
  const { width, height } = rounded(asked, image, STEPS);
  return [width, height];
};

it.each([
  [1, 16],
  [16, 16],
  [17, 32],
  [300, 384],
  [320, 384],
  [600, 640],
  [640, 640],
  [641, 750],
  [960, 1080],
  [1280, 1920],
  [1668, 1920],
  [2560, 3840],
  [3840, 3840],
  [3841, 3840],
  [100_000, 3840],
])('a width of %i is rounded up to %i', (width, step) => {
  expect(sizeOf({ width })).toEqual([step, undefined]);
});

it.each<[number, number, number, number]>([
  // The image's own ratio, 4:3.
  [640, 480, 640, 480],
  [600, 450, 640, 480],
  // 1:1
  [600, 600, 640, 640],
  [600, 580, 640, 640],
  // 5:4
  [640, 512, 640, 512],
  // 3:2
  [640, 427, 640, 427],
  // 16:9, and what is near it
  [640, 360, 640, 360],
  [1920, 1080, 1920, 1080],
  [960, 539, 1080, 608],
  // 1.91:1
  [1200, 630, 1200, 628],
  // 21:9
  [640, 274, 640, 274],
  [640, 1, 640, 274],
  // Upright ratios
  [360, 640, 384, 683],
  [256, 320, 256, 320],
  [384, 512, 384, 512],
  [1, 100_000, 16, 37],
])('a box of %i×%i becomes %i×%i', (width, height, stepWidth, stepHeight) => {
  expect(sizeOf({ width, height })).toEqual([stepWidth, stepHeight]);
});

it('knows the ratio of each image', () => {
  expect(sizeOf({ width: 640, height: 64 }, { width: 1000, height: 100 })).toEqual([640, 64]);
  expect(sizeOf({ width: 64, height: 640 }, { width: 100, height: 1000 })).toEqual([64, 640]);
});

it.each([
  [480, 640],
  [481, 750],
  [12, 16],
  [1, 16],
  [2880, 3840],
  [100_000, 3840],
])('a height of %i alone becomes a width of %i', (height, width) => {
  expect(sizeOf({ height })).toEqual([width, undefined]);
});

it.each([
  [1, 60],
  [60, 60],
  [67, 60],
  [68, 75],
  [80, 75],
  [83, 90],
  [100, 90],
])('a quality of %i becomes %i', (quality, step) => {
  expect(rounded({ quality }, PHOTO, STEPS)).toEqual({ quality: step });
});

it('leaves the other values as they are', () => {
  const others = { fit: 'inside', format: 'auto', withoutEnlargement: false } as const;
  expect(rounded(others, PHOTO, STEPS)).toEqual(others);
});

it('has a limited number of results, and rounds none of them again', () => {
  const seen = new Set<string>();
  const side = fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined });
  fc.assert(
    fc.property(side, side, fc.integer({ min: 1, max: 100 }), (width, height, quality) => {
      const once = rounded({ width, height, quality }, PHOTO, STEPS);
      seen.add(JSON.stringify(once));
      expect(rounded(once, PHOTO, STEPS)).toEqual(once);
    }),
    { numRuns: fuzzRuns(2000, 50_000) }
  );
  const { widths, ratios, qualities } = STEPS;
  const most = (widths.length * (2 * ratios.length + 2) + 1) * qualities.length;
  expect(seen.size).toBeLessThanOrEqual(most);
});

describe('strict', () => {
  const strict = { ...STEPS, strict: true };
  it.each<[Asked, string]>([
    [{ width: 600 }, '"width" is not allowed (600); allowed: 16, 32'],
    [{ width: 4000 }, '"width"'],
    [{ width: 640, height: 111 }, '"height" is 111; allowed with this width'],
    [{ height: 480 }, 'a height needs a width'],
    [{ width: 640, quality: 80 }, '"quality" is 80; allowed: 60, 75, 90'],
  ])('refuses %j', (asked, message) => {
    expect(() => rounded(asked, PHOTO, strict)).toThrow(message);
  });

  it.each<Asked>([
    {},
    { width: 640 },
    { width: 640, height: 480 },
    { width: 640, height: 360, quality: 75 },
    { fit: 'cover', format: 'webp' },
  ])('takes %j', (asked) => expect(rounded(asked, PHOTO, strict)).toEqual(asked));
});
