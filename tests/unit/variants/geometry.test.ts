import fc from 'fast-check';
import { FITS } from '../../../server/src/variants/asked';
import { geometryOf, type Geometry, type WantedBox } from '../../../server/src/variants/geometry';
import { fuzzRuns } from '../../support/fuzz-runs';

/** The size of the output, and where the crop or the scaled image lies: `640×480 of 853×480 at 107,0`. */
function shown({ scaled, crop, canvas }: Geometry): string {
  const size = `${scaled.width}×${scaled.height}`;
  if (crop) {
    return `${crop.width}×${crop.height} of ${size} at ${crop.left},${crop.top}`;
  }
  return canvas
    ? `${canvas.width}×${canvas.height} around ${size} at ${canvas.left},${canvas.top}`
    : size;
}

type Sides = [width: number | undefined, height?: number];

const geometry = (
  [imageWidth, imageHeight]: readonly [number, number],
  [width, height]: Sides,
  { x, y, ...others }: WantedBox & { x?: number; y?: number } = {}
) =>
  shown(
    geometryOf(
      {
        width: imageWidth,
        height: imageHeight,
        focalPoint: x === undefined || y === undefined ? null : { x, y },
      },
      { width, height, ...others }
    )
  );

const LARGER = { withoutEnlargement: false };

describe('one side', () => {
  it.each<[[number, number], Sides, WantedBox, string]>([
    [[1600, 1200], [800], {}, '800×600'],
    [[1600, 1200], [undefined, 600], {}, '800×600'],
    [[1600, 1200], [undefined, undefined], {}, '1600×1200'],
    [[1600, 1200], [undefined, undefined], LARGER, '1600×1200'],
    [[1600, 1200], [1600], {}, '1600×1200'],
    [[1600, 1200], [3200], {}, '1600×1200'],
    [[1600, 1200], [3200], LARGER, '3200×2400'],
    [[1600, 1200], [undefined, 2400], LARGER, '3200×2400'],
    [[1600, 1200], [1], {}, '1×1'],
    [[1600, 1200], [333], { fit: 'contain' }, '333×250'],
    [[1000, 10], [10], {}, '10×1'],
    [[10_000, 1], [10], {}, '10×1'],
    [[1, 10_000], [1], {}, '1×10000'],
    [[1, 10_000], [undefined, 10], {}, '1×10'],
  ])('%j in %j with %j is %s', (image, sides, others, expected) => {
    expect(geometry(image, sides, others)).toBe(expected);
  });
});

describe('both sides', () => {
  it.each<[[number, number], Sides, WantedBox & { x?: number; y?: number }, string]>([
    // Without a fit, the box is covered.
    [[1600, 1200], [400, 300], {}, '400×300'],
    [[1600, 1200], [400, 400], {}, '400×400 of 533×400 at 67,0'],
    [[1600, 1200], [400, 400], { fit: 'cover' }, '400×400 of 533×400 at 67,0'],
    [[1600, 1200], [400, 400], { x: 0, y: 0 }, '400×400 of 533×400 at 0,0'],
    [[1600, 1200], [400, 400], { x: 100, y: 100 }, '400×400 of 533×400 at 133,0'],
    [[1600, 1200], [400, 400], { x: 60, y: 50 }, '400×400 of 533×400 at 120,0'],
    [[1600, 1200], [400, 100], { x: 50, y: 0 }, '400×100 of 400×300 at 0,0'],
    [[1600, 1200], [400, 100], { x: 50, y: 50 }, '400×100 of 400×300 at 0,100'],
    [[1600, 1200], [400, 100], { x: 50, y: 100 }, '400×100 of 400×300 at 0,200'],
    // A box that is larger than the image shrinks as a whole.
    [[500, 500], [800, 400], {}, '500×250 of 500×500 at 0,125'],
    [[500, 500], [800, 800], {}, '500×500'],
    [[500, 500], [100, 800], {}, '63×500 of 500×500 at 219,0'],
    [[1600, 1200], [5000, 5000], {}, '1200×1200 of 1600×1200 at 200,0'],
    [[500, 500], [800, 400], LARGER, '800×400 of 800×800 at 0,200'],
    [[500, 500], [1000, 1000], LARGER, '1000×1000'],
    // Bars
    [[1600, 1200], [400, 400], { fit: 'contain' }, '400×400 around 400×300 at 0,50'],
    [[1200, 1600], [400, 400], { fit: 'contain' }, '400×400 around 300×400 at 50,0'],
    [[1600, 1200], [400, 300], { fit: 'contain' }, '400×300'],
    [[1600, 1200], [401, 300], { fit: 'contain' }, '401×300 around 400×300 at 0,0'],
    [[500, 500], [800, 400], { fit: 'contain' }, '800×400 around 400×400 at 200,0'],
    [[500, 500], [2000, 1000], { fit: 'contain' }, '1000×500 around 500×500 at 250,0'],
    [
      [500, 500],
      [2000, 1000],
      { fit: 'contain', ...LARGER },
      '2000×1000 around 1000×1000 at 500,0',
    ],
    [[1600, 1200], [400, 400], { fit: 'contain', x: 0, y: 0 }, '400×400 around 400×300 at 0,50'],
    // Without bars
    [[1600, 1200], [400, 400], { fit: 'inside' }, '400×300'],
    [[1600, 1200], [5000, 400], { fit: 'inside' }, '533×400'],
    [[1600, 1200], [5000, 5000], { fit: 'inside' }, '1600×1200'],
    [[1600, 1200], [3200, 3200], { fit: 'inside', ...LARGER }, '3200×2400'],
    [[1600, 1200], [400, 400], { fit: 'outside' }, '533×400'],
    [[1600, 1200], [5000, 400], { fit: 'outside' }, '1600×1200'],
    [[1600, 1200], [3200, 100], { fit: 'outside', ...LARGER }, '3200×2400'],
    // Extreme ratios
    [[1, 10_000], [100, 100], {}, '1×1 of 1×10000 at 0,5000'],
    [[1, 10_000], [100, 100], { fit: 'inside' }, '1×100'],
    [[1, 10_000], [100, 100], { fit: 'outside' }, '1×10000'],
    [[1, 10_000], [100, 100], { fit: 'contain' }, '100×100 around 1×100 at 49,0'],
    [[10_000, 1], [100, 100], { x: 100, y: 0 }, '1×1 of 10000×1 at 9999,0'],
    [[10_000, 1], [100, 100], { fit: 'contain' }, '100×100 around 100×1 at 0,49'],
    [[1, 1], [3840, 2160], {}, '1×1'],
    [[1, 1], [4, 4], LARGER, '4×4'],
  ])('%j in %j with %j is %s', (image, sides, others, expected) => {
    expect(geometry(image, sides, others)).toBe(expected);
  });
});

describe('limits', () => {
  const sizes = ({ scaled, crop, canvas }: Geometry) => [scaled, crop ?? scaled, canvas ?? scaled];

  it.each([1, 10, 1000])(
    'enlargement by a stranger ends at 16 megapixels for %i frames',
    (frames) => {
      for (const [width, height] of [
        [1, 10_000],
        [10_000, 1],
        [1, 1],
        [100, 4000],
        [3000, 2000],
      ] as const) {
        for (const fit of FITS) {
          for (const box of [
            { width: 3840 },
            { width: 3840, height: 8960 },
            { width: 100_000, height: 100_000 },
          ]) {
            const made = geometryOf(
              { width, height, frames, focalPoint: null },
              { ...box, fit, ...LARGER }
            );
            // Sides are rounded, which counts if they are short.
            const most = 2 * Math.max(2 ** 24, width * height * frames);
            for (const one of sizes(made)) {
              expect(one.width * one.height * frames).toBeLessThanOrEqual(most);
            }
            const output = made.canvas ?? made.crop ?? made.scaled;
            expect(Math.max(output.width, output.height)).toBeLessThanOrEqual(16_383);
          }
        }
      }
    }
  );

  it.each(FITS)('no side is longer than the format can have, with the fit %s', (fit) => {
    const image = { width: 1000, height: 20_000, focalPoint: null };
    for (const box of [
      {},
      { width: 1000 },
      { width: 1000, height: 20_000 },
      { width: 20_000, height: 20_000 },
    ]) {
      const { scaled, crop, canvas } = geometryOf(image, { ...box, fit, longest: 16_383 });
      const { width, height } = canvas ?? crop ?? scaled;
      expect(Math.max(width, height)).toBeLessThanOrEqual(16_383);
    }
  });

  it('does not shrink what is within its limits', () => {
    expect(geometry([1000, 20_000], [500, 500], { longest: 16_383 })).toBe(
      '500×500 of 500×10000 at 0,4750'
    );
    expect(geometry([10_000, 10_000], [100_000, 100_000], { fit: 'contain' })).toBe('10000×10000');
  });
});

describe('whatever the image and the box are', () => {
  const side = fc.oneof(
    fc.integer({ min: 1, max: 100 }),
    fc.integer({ min: 1, max: 5000 }),
    fc.constantFrom(1, 10_000, 100_000)
  );
  const percent = fc.integer({ min: 0, max: 100 });
  const cases = fc.record({
    image: fc.record({
      width: side,
      height: side,
      focalPoint: fc.option(fc.record({ x: percent, y: percent })),
    }),
    wanted: fc.record({
      width: fc.option(side, { nil: undefined }),
      height: fc.option(side, { nil: undefined }),
      fit: fc.constantFrom(undefined, ...FITS),
      withoutEnlargement: fc.constantFrom(undefined, true, false),
    }),
  });
  type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

  const holds = (check: (made: Geometry, given: Case) => void) =>
    fc.assert(
      fc.property(cases, (given) => check(geometryOf(given.image, given.wanted), given)),
      { numRuns: fuzzRuns(3000, 100_000) }
    );

  it('the sides are whole numbers from 1', () =>
    holds(({ scaled, crop, canvas }) => {
      for (const box of [scaled, crop ?? scaled, canvas ?? scaled]) {
        expect(Number.isInteger(box.width) && box.width >= 1).toBe(true);
        expect(Number.isInteger(box.height) && box.height >= 1).toBe(true);
      }
    }));

  it('the crop lies inside of the scaled image, and cuts something off', () =>
    holds(({ scaled, crop }) => {
      if (crop) {
        expect(Math.min(crop.left, crop.top)).toBeGreaterThanOrEqual(0);
        expect(crop.left + crop.width).toBeLessThanOrEqual(scaled.width);
        expect(crop.top + crop.height).toBeLessThanOrEqual(scaled.height);
        expect(crop.width < scaled.width || crop.height < scaled.height).toBe(true);
      }
    }));

  it('the canvas contains the scaled image, and has a bar', () =>
    holds(({ scaled, canvas, crop }) => {
      if (canvas) {
        expect(crop).toBeNull();
        expect(Math.min(canvas.left, canvas.top)).toBeGreaterThanOrEqual(0);
        expect(canvas.left + scaled.width).toBeLessThanOrEqual(canvas.width);
        expect(canvas.top + scaled.height).toBeLessThanOrEqual(canvas.height);
        expect(canvas.width > scaled.width || canvas.height > scaled.height).toBe(true);
      }
    }));

  it('nothing is enlarged by default', () =>
    holds(({ scaled }, { image, wanted }) => {
      if (wanted.withoutEnlargement !== false) {
        expect(scaled.width).toBeLessThanOrEqual(image.width);
        expect(scaled.height).toBeLessThanOrEqual(image.height);
      }
    }));

  it('the output is within the box, except with "outside"', () =>
    holds(({ scaled, crop, canvas }, { wanted }) => {
      const { width, height } = canvas ?? crop ?? scaled;
      if (wanted.fit !== 'outside') {
        expect(width).toBeLessThanOrEqual(wanted.width ?? Infinity);
        expect(height).toBeLessThanOrEqual(wanted.height ?? Infinity);
      }
    }));

  it('the crop shows the focal point', () =>
    holds(({ scaled, crop }, { image: { focalPoint } }) => {
      if (crop && focalPoint) {
        const [x, y] = [(scaled.width * focalPoint.x) / 100, (scaled.height * focalPoint.y) / 100];
        expect(x).toBeGreaterThanOrEqual(crop.left - 1);
        expect(x).toBeLessThanOrEqual(crop.left + crop.width + 1);
        expect(y).toBeGreaterThanOrEqual(crop.top - 1);
        expect(y).toBeLessThanOrEqual(crop.top + crop.height + 1);
      }
    }));
});
