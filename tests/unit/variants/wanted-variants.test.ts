import type { TransformOptions } from '../../../server/src/config/transforms';
import type { EncoderOptions } from '../../../server/src/variants/plan-variant';
import type { Source } from '../../../server/src/variants/sources/sources';
import { WantedVariants, type Wish } from '../../../server/src/variants/wanted-variants';

const image = { format: 'jpeg', width: 400, height: 300, orientation: 1, frames: 1 };
const source = { state: 's', hash: 'h', image, focalPoint: null } as unknown as Source;
const options = {
  ...{ widths: [100, 200], ratios: ['1:1'], qualities: [75], formats: ['webp'] },
  ...{ negotiate: true, strict: false },
} as unknown as TransformOptions;
const encoder = { metadata: 'strip', quality: { webp: 79 } } as unknown as EncoderOptions;
const wish = (width: number): Wish => ({
  values: { width, format: 'webp' },
  isExact: false,
  accepted: { avif: false, webp: true },
  isPrivate: false,
});

it('keeps the plan of equal requests', () => {
  const wanted = new WantedVariants();
  const plan = wanted.of(source, wish(90), { options, encoder });
  expect(plan?.made.plan.formats[0]?.scaled).toEqual({ width: 100, height: 75 });
  expect(wanted.of(source, wish(90), { options, encoder })).toEqual(plan);
  expect(wanted.of(source, wish(90), { options, encoder })?.made).toBe(plan?.made);
});

it.each([
  ['another width', source, wish(150), { options, encoder }, 200],
  ['other settings', source, wish(90), { options: { ...options, widths: [95] }, encoder }, 95],
  [
    'another image',
    { ...source, state: 't', image: { ...image, width: 50, height: 50 } } as Source,
    wish(90),
    { options, encoder },
    50,
  ],
])('plans again for %s', (_what, of, asked, settings, width) => {
  const wanted = new WantedVariants();
  wanted.of(source, wish(90), { options, encoder });
  expect(wanted.of(of, asked, settings)?.made.plan.formats[0]?.scaled.width).toBe(width);
});

it('plans again for another encoder', () => {
  const wanted = new WantedVariants();
  const plan = wanted.of(source, wish(90), { options, encoder });
  const other = { ...encoder, quality: { webp: 50 } } as unknown as EncoderOptions;
  expect(wanted.of(source, wish(90), { options, encoder: other })?.made.recipe).not.toBe(
    plan?.made.recipe
  );
});
