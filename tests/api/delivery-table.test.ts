import sharp, { type Sharp } from 'sharp';
import { storeFile } from '../support/api';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { BLUE, coloursOf, expectColours, GREEN, quarters, RED, YELLOW } from '../support/pixels';
import * as samples from '../support/samples';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';

let server: Server;
beforeAll(async () => {
  server = await sharedServer();
  await allowPublic(server, UPLOAD_ACTIONS);
});

const ALL = [RED, GREEN, BLUE, YELLOW];
const WHITE = [255, 255, 255] as typeof RED;

/** A picture that is stored the way that an EXIF orientation says, so that viewers see red at the top left. */
async function turned(orientation: number): Promise<Buffer> {
  // Turns the upright picture back: by a quarter for 5 to 8, and as a mirror for 2, 4, 5 and 7.
  const upright = await quarters(400, 300).png().toBuffer();
  const back: Record<number, (image: Sharp) => Sharp> = {
    1: (image) => image,
    2: (image) => image.flop(),
    3: (image) => image.rotate(180),
    4: (image) => image.flip(),
    5: (image) => image.rotate(90).flip(),
    6: (image) => image.rotate(270),
    7: (image) => image.rotate(270).flip(),
    8: (image) => image.rotate(90),
  };
  const stored = await back[orientation]!(sharp(upright)).png().toBuffer();
  return sharp(stored).jpeg({ quality: 95 }).withMetadata({ orientation }).toBuffer();
}

/** Three frames of the picture. */
async function animated(format: 'gif' | 'webp'): Promise<Buffer> {
  const frame = await quarters(400, 300).png().toBuffer();
  const other = await sharp(frame).negate().png().toBuffer();
  const joined = sharp([frame, other, frame], { join: { animated: true } });
  return format === 'gif' ? joined.gif().toBuffer() : joined.webp().toBuffer();
}

/** The picture, the right half transparent. */
const halfClear = async () => {
  const mask = await sharp(
    Buffer.from('<svg width="400" height="300"><rect width="200" height="300"/></svg>')
  )
    .png()
    .toBuffer();
  return sharp(await quarters(400, 300).png().toBuffer())
    .ensureAlpha()
    .composite([{ input: mask, blend: 'dest-in' }]);
};

const grey = () =>
  sharp({ create: { width: 400, height: 300, channels: 3, background: '#fff' } }).greyscale();

const SOURCES = {
  jpeg: ['jpg', () => quarters(400, 300).jpeg({ quality: 95 }).toBuffer()],
  upright: ['jpg', () => quarters(300, 400).jpeg({ quality: 95 }).toBuffer()],
  small: ['jpg', () => quarters(40, 30).jpeg({ quality: 95 }).toBuffer()],
  png: ['png', () => quarters(400, 300).png().toBuffer()],
  clear: ['png', async () => (await halfClear()).png().toBuffer()],
  palette: ['png', () => quarters(400, 300).png({ palette: true }).toBuffer()],
  deep: ['png', () => quarters(400, 300).toColourspace('rgb16').png().toBuffer()],
  grey: ['png', () => grey().png().toBuffer()],
  'grey JPEG': ['jpg', () => grey().jpeg().toBuffer()],
  cmyk: ['jpg', () => quarters(400, 300).toColourspace('cmyk').jpeg({ quality: 98 }).toBuffer()],
  webp: ['webp', () => quarters(400, 300).webp({ quality: 95 }).toBuffer()],
  'lossless WebP': ['webp', () => quarters(400, 300).webp({ lossless: true }).toBuffer()],
  'clear WebP': ['webp', async () => (await halfClear()).webp().toBuffer()],
  gif: ['gif', () => quarters(400, 300).gif().toBuffer()],
  'animated GIF': ['gif', () => animated('gif')],
  'animated WebP': ['webp', () => animated('webp')],
  tiff: ['tiff', () => quarters(400, 300).tiff().toBuffer()],
  'clear TIFF': ['tiff', async () => (await halfClear()).tiff({ compression: 'lzw' }).toBuffer()],
  avif: ['avif', () => quarters(400, 300).avif({ quality: 80 }).toBuffer()],
  tall: ['png', () => quarters(2, 20_000).png().toBuffer()],
  dot: ['png', () => quarters(1, 1).png().toBuffer()],
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => [
      `orientation ${orientation}`,
      ['jpg', () => turned(orientation)] as const,
    ])
  ),
} as unknown as Record<string, readonly [ext: string, make: () => Promise<Buffer>]>;

const stored = new Map<string, Promise<string>>();

/** Stores a source once. Returns its URL. */
function urlOf(source: string, focalPoint?: { x: number; y: number }): Promise<string> {
  const key = JSON.stringify([source, focalPoint]);
  const store = async () => {
    const [ext, make] = SOURCES[source]!;
    const info = focalPoint && { focalPoint };
    return (await storeFile(server, `a.${ext}`, await make(), info ? { info } : {})).url as string;
  };
  const url = stored.get(key) ?? store();
  stored.set(key, url);
  return url;
}

async function imageAt(url: string, headers: Record<string, string> = {}) {
  const answer = await fetch(server.url + url, { headers });
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect([answer.status, answer.status === 200 ? '' : String(bytes)]).toEqual([200, '']);
  const { width, height, format, pageHeight, pages, ...others } = await sharp(bytes, {
    animated: true,
  }).metadata();
  return { ...others, bytes, width, height: pageHeight ?? height, format, pages: pages ?? 1 };
}

type Row = [
  source: string,
  query: string,
  size: [number, number],
  format: string,
  colours?: Array<typeof RED>,
  focalPoint?: { x: number; y: number },
];

const TABLE: Row[] = [
  ['jpeg', 'width=128', [128, 96], 'jpeg', ALL],
  ['jpeg', 'height=96', [128, 96], 'jpeg', ALL],
  ['jpeg', 'width=128&height=128', [128, 128], 'jpeg', ALL],
  ['jpeg', 'width=128&height=128&fit=inside', [128, 96], 'jpeg', ALL],
  ['jpeg', 'width=128&height=128&fit=outside', [171, 128], 'jpeg', ALL],
  ['jpeg', 'width=3840&height=3840', [300, 300], 'jpeg', ALL],
  ['jpeg', 'width=3840&height=2160', [400, 225], 'jpeg', ALL],
  ['jpeg', 'format=webp', [400, 300], 'webp', ALL],
  ['jpeg', 'format=png', [400, 300], 'png', ALL],
  ['jpeg', 'format=avif', [400, 300], 'heif', ALL],
  ['jpeg', 'quality=60', [400, 300], 'jpeg', ALL],
  ['jpeg', 'width=640&withoutEnlargement=false', [640, 480], 'jpeg', ALL],
  // Crops to the focal point
  ['jpeg', 'width=96&height=224', [96, 224], 'jpeg', [RED, RED, BLUE, BLUE], { x: 0, y: 50 }],
  [
    'jpeg',
    'width=96&height=224',
    [96, 224],
    'jpeg',
    [GREEN, GREEN, YELLOW, YELLOW],
    { x: 100, y: 50 },
  ],
  ['jpeg', 'width=96&height=224', [96, 224], 'jpeg', ALL],
  [
    'upright',
    'width=256&height=110',
    [256, 110],
    'jpeg',
    [RED, GREEN, RED, GREEN],
    { x: 50, y: 0 },
  ],
  [
    'upright',
    'width=256&height=110',
    [256, 110],
    'jpeg',
    [BLUE, YELLOW, BLUE, YELLOW],
    { x: 50, y: 100 },
  ],
  ['upright', 'width=256&height=110', [256, 110], 'jpeg', ALL],
  ['small', 'width=640', [40, 30], 'jpeg', ALL],
  ['small', 'width=128&withoutEnlargement=false', [128, 96], 'jpeg', ALL],
  // Transparent parts
  ['png', 'width=128', [128, 96], 'png', ALL],
  ['clear', 'width=128', [128, 96], 'png'],
  ['clear', 'width=128&format=jpg', [128, 96], 'jpeg', [RED, WHITE, BLUE, WHITE]],
  ['clear', 'width=128&format=webp', [128, 96], 'webp'],
  ['clear', 'width=128&format=avif', [128, 96], 'heif'],
  ['clear WebP', 'width=128&format=jpg', [128, 96], 'jpeg', [RED, WHITE, BLUE, WHITE]],
  ['clear TIFF', 'width=128&format=auto', [128, 96], 'png'],
  // Bars. The middle of each quarter is a bar in a box of 21:9, but not in a square.
  ['jpeg', 'width=128&height=128&fit=contain', [128, 128], 'jpeg', ALL],
  [
    'upright',
    'width=256&height=110&fit=contain&format=jpg',
    [256, 110],
    'jpeg',
    [WHITE, WHITE, WHITE, WHITE],
  ],
  ['upright', 'width=256&height=110&fit=contain&format=png', [256, 110], 'png'],
  ['grey', 'width=128&height=128&fit=contain', [128, 128], 'png'],
  [
    'grey JPEG',
    'width=128&height=128&fit=contain',
    [128, 128],
    'jpeg',
    [WHITE, WHITE, WHITE, WHITE],
  ],
  ['cmyk', 'width=128&height=128&fit=contain', [128, 128], 'jpeg'],
  // Kinds of pixels
  ['palette', 'width=128', [128, 96], 'png', ALL],
  ['deep', 'width=128', [128, 96], 'png', ALL],
  ['deep', 'width=128&format=jpg', [128, 96], 'jpeg', ALL],
  ['grey', 'width=128&format=webp', [128, 96], 'webp', [WHITE, WHITE, WHITE, WHITE]],
  ['cmyk', 'width=128', [128, 96], 'jpeg'],
  ['cmyk', 'width=128&format=webp', [128, 96], 'webp'],
  ['webp', 'width=128', [128, 96], 'webp', ALL],
  ['webp', 'width=128&format=jpg', [128, 96], 'jpeg', ALL],
  ['lossless WebP', 'width=128', [128, 96], 'webp', ALL],
  ['gif', 'width=128', [128, 96], 'gif', ALL],
  ['gif', 'width=128&format=png', [128, 96], 'png', ALL],
  ['tiff', 'width=128', [128, 96], 'tiff', ALL],
  ['tiff', 'width=128&format=auto', [128, 96], 'jpeg', ALL],
  ['avif', 'width=128', [128, 96], 'heif', ALL],
  ['avif', 'width=128&format=jpg', [128, 96], 'jpeg', ALL],
  // The first frame
  ['animated GIF', 'width=128&format=png', [128, 96], 'png', ALL],
  ['animated WebP', 'width=128&format=jpg', [128, 96], 'jpeg', ALL],
  // Upright, whatever the orientation is
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((orientation): Row => [
    `orientation ${orientation}`,
    'width=128',
    [128, 96],
    'jpeg',
    ALL,
  ]),
  [
    'orientation 6',
    'width=96&height=224',
    [96, 224],
    'jpeg',
    [RED, RED, BLUE, BLUE],
    { x: 0, y: 50 },
  ],
  ['orientation 5', 'format=webp', [400, 300], 'webp', ALL],
  // Extreme sizes
  // The longest sides that WebP and AVIF can have
  ['tall', 'format=webp', [2, 16_383], 'webp'],
  ['tall', 'format=avif&height=1000', [2, 16_384], 'heif'],
  ['dot', 'format=webp', [1, 1], 'webp'],
  ['dot', 'format=avif', [1, 1], 'heif'],
  ['dot', 'format=jpg', [1, 1], 'jpeg'],
  ['dot', 'width=3840&height=3840&fit=contain&format=webp', [1, 1], 'webp'],
];

// With named parameters, jest would take a missing last value for the callback `done`, and wait for its call.
it.each(TABLE)('%s?%s is %j of %s', async (...row: Row) => {
  const [source, query, size, format, colours, focalPoint] = row;
  const image = await imageAt(`${await urlOf(source, focalPoint)}?${query}`);
  expect([image.width, image.height, image.format]).toEqual([...size, format]);
  expect([image.pages, image.orientation ?? 1]).toEqual([1, 1]);
  if (colours) {
    expectColours(await coloursOf(image.bytes), colours);
  }
});

it.each([
  ['animated GIF', 'width=128', [128, 96], 'gif'],
  ['animated GIF', 'width=128&format=webp', [128, 96], 'webp'],
  ['animated GIF', 'width=128&format=avif', [128, 96], 'webp'],
  ['animated GIF', 'width=128&height=128', [128, 128], 'webp'],
  ['animated GIF', 'width=128&height=128&fit=contain', [128, 128], 'webp'],
  ['animated WebP', 'width=128', [128, 96], 'webp'],
] as const)('%s?%s is an animation of %j', async (source, query, size, format) => {
  const wanted = query.includes('format') || format !== 'webp' ? query : `${query}&format=webp`;
  const image = await imageAt(`${await urlOf(source)}?${wanted}`);
  expect([image.width, image.height, image.format, image.pages]).toEqual([...size, format, 3]);
  expectColours(await coloursOf(image.bytes), ALL);
});

it.each(['', '?width=128', '?width=128&quality=60'])(
  'a TIFF keeps its transparent parts: %s',
  async (query) => {
    const image = await imageAt((await urlOf('clear TIFF')) + query);
    expect([image.format, image.hasAlpha]).toEqual(['tiff', true]);
    const { channels } = await sharp(image.bytes).stats();
    expect(channels[3]).toMatchObject({ min: 0, max: 255 });
  }
);

it('bars are transparent where the format can have that', async () => {
  for (const source of ['upright', 'grey', 'animated GIF']) {
    const url = `${await urlOf(source)}?width=256&height=110&fit=contain&format=webp`;
    const corner = await sharp((await imageAt(url)).bytes)
      .ensureAlpha()
      .extract({ left: 0, top: 0, width: 1, height: 1 })
      .raw()
      .toBuffer();
    expect([source, corner[3]]).toEqual([source, 0]);
  }
});

it('a variant that a format cannot have leaves the other variants of the image as they are', async () => {
  const url = await urlOf('tall');
  await imageAt(`${url}?format=avif`);
  expect(await imageAt(`${url}?format=webp&width=1`)).toMatchObject({ format: 'webp' });
});

it('a stranger cannot have an image enlarged without a limit', async () => {
  const url = await urlOf('tall');
  const { width, height } = await imageAt(`${url}?width=3840&withoutEnlargement=false&format=png`);
  expect(width * height).toBeLessThan(2 ** 24);
});

describe('metadata', () => {
  it.each(['jpg', 'webp', 'avif', 'png'])('a %s names the rights, but no place', async (format) => {
    const { url } = await storeFile(server, 'place.jpg', await samples.jpeg({ orientation: 6 }));
    const { bytes, exif, xmp, orientation } = await imageAt(`${url}?width=128&format=${format}`);
    expect(bytes.includes('A. Person')).toBe(true);
    expect(exif?.includes('GPS') ?? false).toBe(false);
    expect([xmp, orientation ?? 1]).toEqual([undefined, 1]);
    const places = await sharp(bytes).metadata();
    // The tag of the place's block, in both byte orders.
    const tag = [Buffer.from([0x88, 0x25, 0, 4]), Buffer.from([0x25, 0x88, 4, 0])];
    expect(tag.some((some) => places.exif?.includes(some))).toBe(false);
  });

  it('images.metadata: strip drops all of it', async () => {
    const { url } = await storeFile(server, 'strip.jpg', await samples.jpeg());
    const { exif } = await imageAt(`${url}?width=128`);
    expect(exif).toBeDefined();
    await server.inside((strapi) => {
      strapi.config.set('plugin::upload.images', { metadata: 'strip' });
    });
    const stripped = await imageAt(`${url}?width=128`);
    expect(stripped.exif).toBeUndefined();
    await server.inside((strapi) => {
      strapi.config.set('plugin::upload.images', {});
    });
  });

  it('a wide colour profile stays, and sRGB needs none', async () => {
    const wide = await quarters(400, 300).withIccProfile('p3').jpeg({ quality: 95 }).toBuffer();
    const narrow = await quarters(400, 300).withIccProfile('srgb').jpeg({ quality: 95 }).toBuffer();
    for (const format of ['jpg', 'webp', 'png', 'avif']) {
      const { url } = await storeFile(server, 'wide.jpg', wide);
      const image = await imageAt(`${url}?width=128&format=${format}`);
      expect([format, image.icc !== undefined]).toEqual([format, true]);
      expectColours(await coloursOf(image.bytes), ALL);
      const plain = await storeFile(server, 'narrow.jpg', narrow);
      const other = await imageAt(`${plain.url}?width=128&format=${format}`);
      expect([format, other.icc]).toEqual([format, undefined]);
      expectColours(await coloursOf(other.bytes), ALL);
    }
  });
});
