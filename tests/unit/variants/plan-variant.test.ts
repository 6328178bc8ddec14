import type { Image } from '../../../server/src/images/header/probe';
import type { FocalPoint } from '../../../server/src/types/rows';
import { planVariant, type EncoderOptions } from '../../../server/src/variants/plan-variant';
import { imageOptions } from '../../support/image-options';

const PHOTO = {
  ...{ format: 'jpeg', width: 1600, height: 1200, orientation: 1, frames: 1, isAnimated: false },
  ...{ tiles: 1, channels: 3, depth: 1, space: 'srgb', hasAlpha: false, hasProfile: false },
  ...{ hasSrgbProfile: false, hasPalette: false, isLossless: false, isShownHere: true },
  ...{ isDamaged: false, said: {} },
} satisfies Image;

type Asked = Parameters<typeof planVariant>[1];

interface Given {
  image?: Partial<Image>;
  focalPoint?: FocalPoint | null;
  state?: string;
  options?: Partial<EncoderOptions>;
}

const plan = (asked: Asked, { image, focalPoint = null, state = 'a', options }: Given = {}) =>
  planVariant({ state, focalPoint, image: { ...PHOTO, ...image } }, asked, {
    ...imageOptions.images,
    ...options,
  });

const recipe = (asked: Asked, given?: Given) => plan(asked, given)!.recipe;

const CROP: Asked = { width: 400, height: 400, format: 'webp' };

describe('a recipe', () => {
  it('can be the name of a file', () => expect(recipe(CROP)).toMatch(/^[\w-]{22}$/));

  it.each<[string, Asked, Asked]>([
    ['the default fit', CROP, { ...CROP, fit: 'cover' }],
    ['the default quality', CROP, { ...CROP, quality: 79 }],
    ['the default enlargement', CROP, { ...CROP, withoutEnlargement: true }],
    ['one side', { width: 800, format: 'jpeg' }, { height: 600, format: 'jpeg' }],
    [
      'a fit that changes nothing',
      { width: 800, format: 'jpeg' },
      { width: 800, height: 600, fit: 'inside', format: 'jpeg' },
    ],
    ['a box that is too large', { width: 1600, format: 'webp' }, { width: 3840, format: 'webp' }],
    [
      'the quality of a PNG',
      { width: 64, format: 'png' },
      { width: 64, quality: 60, format: 'png' },
    ],
    [
      'the quality of a GIF',
      { width: 64, format: 'gif' },
      { width: 64, quality: 60, format: 'gif' },
    ],
  ])('is the same for an equal result: %s', (_what, one, other) => {
    expect(recipe(one)).toBe(recipe(other));
  });

  it.each<[string, Asked, Given]>([
    ['the width', { ...CROP, width: 401 }, {}],
    ['the height', { ...CROP, height: 401 }, {}],
    ['the fit', { ...CROP, fit: 'contain' }, {}],
    ['the quality', { ...CROP, quality: 60 }, {}],
    ['the format', { ...CROP, format: 'jpeg' }, {}],
    ['the focal point', CROP, { focalPoint: { x: 0, y: 0 } }],
    ['the bytes of the original', CROP, { state: 'b' }],
    ['the rule for metadata', CROP, { options: { metadata: 'strip' } }],
    ['the configured quality', CROP, { options: { quality: { webp: 50 } as never } }],
    ['the size of the original', CROP, { image: { width: 1700 } }],
  ])('is another one if this changes: %s', (_what, asked, given) => {
    expect(recipe(asked, given)).not.toBe(recipe(CROP));
  });

  it('does not depend on the focal point if nothing is cut off', () => {
    const whole: Asked = { width: 400, format: 'webp' };
    expect(recipe(whole, { focalPoint: { x: 0, y: 0 } })).toBe(recipe(whole));
  });

  it('depends on whether the variant is animated', () => {
    const image = { format: 'gif', isAnimated: true, frames: 3 };
    expect(recipe({ width: 64, format: 'webp' }, { image })).not.toBe(
      recipe({ width: 64, format: 'webp' }, { image: { format: 'gif' } })
    );
  });
});

describe('there is no variant', () => {
  it.each<[string, Asked, Partial<Image>]>([
    ['of no values', { format: 'jpeg' }, {}],
    ['of the size of the image', { width: 1600, height: 1200, format: 'jpeg' }, {}],
    ['that would be an enlargement', { width: 3840, format: 'jpeg' }, {}],
    ['of a turned image', { width: 1200, height: 1600, format: 'jpeg' }, { orientation: 6 }],
    ['of a PNG with a quality', { quality: 60, format: 'png' }, { format: 'png' }],
    ['of an animation', { format: 'gif' }, { format: 'gif', isAnimated: true, frames: 3 }],
  ])('%s', (_what, asked, image) => expect(plan(asked, { image })).toBeNull());

  it.each<[string, Asked, Partial<Image>]>([
    ['another format', { format: 'webp' }, {}],
    ['another quality', { quality: 60, format: 'jpeg' }, {}],
    ['one pixel less', { width: 1599, format: 'jpeg' }, {}],
    [
      'an enlargement that is asked for',
      { width: 3840, withoutEnlargement: false, format: 'jpeg' },
      {},
    ],
    [
      'the stored sides of a turned image',
      { width: 1600, height: 1200, format: 'jpeg' },
      { orientation: 6 },
    ],
  ])('but there is one of %s', (_what, asked, image) => {
    expect(plan(asked, { image })).not.toBeNull();
  });
});

it.each([
  ['jpeg', '.jpg', 'image/jpeg', 'white'],
  ['png', '.png', 'image/png', 'transparent'],
  ['webp', '.webp', 'image/webp', 'transparent'],
  ['avif', '.avif', 'image/avif', 'transparent'],
  ['gif', '.gif', 'image/gif', 'transparent'],
  ['tiff', '.tiff', 'image/tiff', 'transparent'],
] as const)(
  'a %s has the extension %s, the type %s and bars that are %s',
  (format, ext, mime, background) => {
    const made = plan({ width: 64, height: 64, fit: 'contain', format });
    expect(made).toMatchObject({ ext, mime, plan: { formats: [{ format, background }] } });
  }
);

it('an animation is one only in a format that can have it', () => {
  const image = { format: 'gif', isAnimated: true, frames: 3 };
  const isAnimated = (format: Asked['format']) =>
    plan({ width: 64, format }, { image })!.plan.image.isAnimated;
  expect(
    ['gif', 'webp', 'avif', 'png', 'jpeg'].map((format) => isAnimated(format as 'gif'))
  ).toEqual([true, true, false, false, false]);
});

it.each([
  ['webp', 16_383],
  ['avif', 16_384],
  ['jpeg', 65_535],
] as const)('a %s has no side above %i pixels', (format, longest) => {
  const made = plan({ format }, { image: { format: 'png', width: 1000, height: 70_000 } });
  expect(made!.plan.formats[0]!.scaled.height).toBe(longest);
});

it('all frames of an animation count for what an enlargement may have', () => {
  const image = { format: 'gif', isAnimated: true, frames: 1000, width: 1, height: 1 };
  const made = plan({ width: 3840, withoutEnlargement: false, format: 'webp' }, { image });
  expect(made!.plan.formats[0]!.scaled.width).toBe(130);
});
