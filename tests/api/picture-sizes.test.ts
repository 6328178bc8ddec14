import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { createRestaurant } from '../support/entries';
import { pluginsWith } from '../support/config';
import { BLUE, coloursOf, expectColours, GREEN, quarters, RED, YELLOW } from '../support/pixels';
import { startPictureServer, type StoredPicture } from '../support/picture-server';
import request from 'supertest';

const SCHEMA = 'src/api/restaurant/content-types/restaurant/schema.json';
const schema = JSON.parse(readFileSync(path.join(__dirname, '../../playground', SCHEMA), 'utf8'));
schema.attributes.cover.pluginOptions = {
  ...schema.attributes.cover.pluginOptions,
  upload: { sizes: { banner: { width: 600, height: 100, fit: 'cover', format: 'webp' } } },
};
schema.attributes.covers.pluginOptions = { upload: { sizes: { wrong: { width: 'wide' } } } };

let site: Awaited<ReturnType<typeof startPictureServer>>;
let photo: Buffer;

beforeAll(async () => {
  site = await startPictureServer({
    files: {
      [SCHEMA]: JSON.stringify(schema),
      'config/plugins.js': pluginsWith({ images: { placeholder: true } }),
    },
  });
  photo = await quarters(1600, 1200).jpeg({ quality: 95 }).toBuffer();
});
afterAll(() => site.server.stop());
beforeEach(() => site.configure({ placeholder: true }));

const stored = async ({ url }: StoredPicture) => site.bytes(url);

describe('sizes', () => {
  it('by width, by height and by the longest side, beside the breakpoints', async () => {
    await site.configure({
      sizes: { wide: { width: 800 }, high: { height: 300 }, long: { longest: 400 } },
    });
    const tall = await quarters(1200, 1600).jpeg().toBuffer();
    const { formats } = await site.upload('tall.jpg', tall);
    const sizes = Object.entries(formats!).map(([key, { width, height }]) => [key, width, height]);
    expect(sizes).toEqual([
      ['wide', 800, 1067],
      ['large', 750, 1000],
      ['medium', 563, 750],
      ['small', 375, 500],
      ['long', 300, 400],
      ['high', 225, 300],
      ['thumbnail', 117, 156],
    ]);
  });

  it('in the place of breakpoint and thumbnail of the same name; none is enlarged', async () => {
    await site.configure({
      sizes: { large: { width: 1200 }, thumbnail: { width: 100 }, huge: { width: 1601 } },
    });
    const { formats } = await site.upload('a.jpg', photo);
    expect(formats).toMatchObject({ large: { width: 1200 }, thumbnail: { width: 100 } });
    expect(formats).not.toHaveProperty('huge');
  });

  it('in another format and quality, with its extension and type', async () => {
    await site.configure({
      format: 'webp',
      sizes: { tiny: { width: 300, format: 'avif' }, same: { width: 300, format: 'source' } },
      quality: { webp: 40 },
    });
    const file = await site.upload('a.jpg', photo);
    expect(file).toMatchObject({ ext: '.jpg', mime: 'image/jpeg' });
    const kinds = { large: 'webp', thumbnail: 'webp', tiny: 'avif', same: 'jpeg' };
    for (const [key, kind] of Object.entries(kinds)) {
      const format = file.formats![key]!;
      expect(format.mime).toBe(`image/${kind}`);
      expect(format.url).toMatch(kind === 'jpeg' ? /\.jpg$/ : new RegExp(`\\.${kind}$`));
      const bytes = await stored(format);
      expect((await sharp(bytes).metadata()).format).toBe(kind === 'avif' ? 'heif' : kind);
      expectColours(await coloursOf(bytes), [RED, GREEN, BLUE, YELLOW]);
    }
    await request(site.server.url).delete(`/api/upload/files/${file.id}`).expect(200);
    const left = await site.server.uploaded();
    expect(left.filter((name) => /\.(webp|avif)$/.test(name))).toEqual([]);
  });

  it.each([
    ['wide', { x: 50, y: 10 }, [RED, GREEN, RED, GREEN]],
    ['wide', { x: 50, y: 100 }, [BLUE, YELLOW, BLUE, YELLOW]],
    ['high', { x: 0, y: 50 }, [RED, RED, BLUE, BLUE]],
    ['high', { x: 90, y: 50 }, [GREEN, GREEN, YELLOW, YELLOW]],
  ])('%s is cut around the focal point %j', async (key, focalPoint, colours) => {
    await site.configure({
      sizes: {
        wide: { width: 300, height: 100, fit: 'cover' },
        high: { width: 100, height: 300, fit: 'cover' },
      },
    });
    const file = await site.upload('a.jpg', photo, { focalPoint });
    expectColours(await coloursOf(await stored(file.formats![key]!)), colours);
  });

  it('without a focal point are cut around the middle', async () => {
    await site.configure({ sizes: { box: { width: 100, height: 300, fit: 'cover' } } });
    const file = await site.upload('a.jpg', photo);
    expect(file.formats!.box).toMatchObject({ width: 100, height: 300 });
    expectColours(await coloursOf(await stored(file.formats!.box!)), [RED, GREEN, BLUE, YELLOW]);
  });
});

describe('sizes of an attribute', () => {
  const linked = async (field: string) => {
    const { published } = await createRestaurant(site.server);
    const { body } = await request(site.server.url)
      .post('/api/upload')
      .field({ ref: 'api::restaurant.restaurant', refId: String(published), field })
      .attach('files', photo, 'a.jpg')
      .expect(201);
    return body[0] as StoredPicture;
  };

  it('are made of what is linked to it, and of nothing else', async () => {
    const { formats } = await linked('cover');
    expect(formats!.banner).toMatchObject({ width: 600, height: 100, mime: 'image/webp' });
    expect((await site.upload('a.jpg', photo)).formats).not.toHaveProperty('banner');
  });

  it('that are wrong are left out; the log tells', async () => {
    expect(Object.keys((await linked('covers')).formats!)).toHaveLength(4);
    expect(site.server.output()).toContain(
      'pluginOptions.upload.sizes.wrong.width of the attribute "api::restaurant'
    );
  });
});

describe('a placeholder', () => {
  it('shows the picture, blurred', async () => {
    const { placeholder } = await site.upload('a.jpg', photo);
    const { thumbHashToRGBA } = await import('thumbhash');
    const { w, h, rgba } = thumbHashToRGBA(Buffer.from(String(placeholder), 'base64'));
    const at = (x: number, y: number) => [...rgba.subarray((y * w + x) * 4, (y * w + x) * 4 + 3)];
    const [red, , , yellow] = [at(3, 3), at(w - 4, 3), at(3, h - 4), at(w - 4, h - 4)];
    expect(red![0]).toBeGreaterThan(red![1]! + 80);
    expect(yellow![1]).toBeGreaterThan(yellow![2]! + 80);
    expect(w / h).toBeCloseTo(4 / 3, 0);
  });

  it('goes when the file is no picture any more', async () => {
    const { id } = await site.upload('a.jpg', photo);
    const { body } = await request(site.server.url)
      .post(`/api/upload?id=${id}`)
      .attach('files', Buffer.from('text'), 'a.txt')
      .expect(200);
    expect(body.placeholder).toBeNull();
  });
});
