import sharp from 'sharp';
import { sendFile, storeFile } from '../support/api';
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

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(server.url + path, { headers, method });

const imageAt = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await get(path, headers);
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect({ status: answer.status, text: answer.status === 200 ? '' : String(bytes) }).toEqual({
    status: 200,
    text: '',
  });
  const { width, height, format, pageHeight, pages } = await sharp(bytes, {
    animated: true,
  }).metadata();
  const type = answer.headers.get('content-type');
  return {
    bytes,
    type,
    headers: answer.headers,
    format,
    width,
    height: pageHeight ?? height,
    pages,
  };
};

const setTransforms = (value: unknown) =>
  server.inside((strapi, value) => {
    strapi.config.set('plugin::upload.transforms', value);
  }, value);

const photo = () => quarters(1600, 1200).jpeg({ quality: 95 }).toBuffer();
const rows = () =>
  server.inside(async (strapi) => strapi.db.getConnection('upload_variants').select('*'));

describe('the URL of an image', () => {
  let url: string;
  let id: number;
  beforeAll(async () => {
    ({ url, id } = await storeFile(server, 'photo.jpg', await photo()));
  });

  it.each([
    ['width=640', 640, 480],
    ['width=600', 640, 480],
    ['width=600&height=600', 640, 640],
    ['width=600&height=333', 640, 360],
    ['height=480', 640, 480],
    ['width=600&height=600&fit=inside', 640, 480],
    ['width=600&height=600&fit=outside', 853, 640],
    ['width=600&height=600&fit=contain', 640, 640],
    ['width=5000', 1600, 1200],
    ['width=5000&height=5000', 1200, 1200],
    ['width=128&withoutEnlargement=false', 128, 96],
    ['width=1920&withoutEnlargement=false', 1920, 1440],
  ])('with %s is one of %i×%i', async (query, width, height) => {
    expect(await imageAt(`${url}?${query}`)).toMatchObject({ width, height, format: 'jpeg' });
  });

  it.each([
    ['format=webp&width=64', {}, 'webp'],
    ['format=avif&width=64', {}, 'heif'],
    ['format=jpg&width=64', {}, 'jpeg'],
    ['format=jpeg&width=64', {}, 'jpeg'],
    ['format=png&width=64', {}, 'png'],
    ['format=auto&width=64', {}, 'jpeg'],
    ['format=auto&width=64', { accept: '*/*' }, 'jpeg'],
    ['format=auto&width=64', { accept: 'image/*' }, 'jpeg'],
    ['format=auto&width=64', { accept: 'image/webp,*/*' }, 'webp'],
    ['format=auto&width=64', { accept: 'image/webp;q=0' }, 'jpeg'],
  ])('with %s and %j is a %s', async (query, headers, format) => {
    const image = await imageAt(`${url}?${query}`, headers as Record<string, string>);
    expect(image).toMatchObject({ format, width: 64, height: 48 });
    expect(image.headers.get('vary')?.toLowerCase().includes('accept') ?? false).toBe(
      query.includes('auto')
    );
  });

  it.each([
    ['width=0', 'width'],
    ['width=-1', 'width'],
    ['width=abc', 'width'],
    ['width=100001', 'width'],
    ['height=1e3', 'height'],
    ['quality=101', 'quality'],
    ['width=1&width=2', 'width'],
    ['fit=crop', 'fit'],
    ['format=bmp', 'format'],
    ['key=unknown', 'key'],
    ['key=a&width=3', 'width'],
    ['width=100&kid=abc&sig=' + 'a'.repeat(43), 'signature'],
  ])('with the wrong query %s is a 400 that names it', async (query, name) => {
    const before = (await rows()).length;
    const answer = await get(`${url}?${query}`);
    const body = (await answer.json()) as { error: { message: string } };
    expect(answer.status).toBe(400);
    expect(body.error.message).toContain(name);
    expect(await rows()).toHaveLength(before);
  });

  it('with a thousand parameters is a 400', async () => {
    const query = Array.from({ length: 1000 }, (_, index) => `a${index}=1`).join('&');
    expect((await get(`${url}?${query}`)).status).toBe(400);
  });

  it.each(['v=1', 'updatedAt=2026', 'utm_source=a', 'download', ''])(
    'is the stored file with the query %s',
    async (query) => {
      const answer = await get(`${url}?${query}`);
      const stored = await get(url);
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(
        Buffer.from(await stored.arrayBuffer())
      );
    }
  );

  it('is made once, and then found', async () => {
    const first = await imageAt(`${url}?width=200`);
    const second = await imageAt(`${url}?width=256`);
    expect(second.bytes).toEqual(first.bytes);
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
    const same = await get(`${url}?width=255&utm=1`, {
      'if-none-match': first.headers.get('etag')!,
    });
    expect(same.status).toBe(304);
    const part = await get(`${url}?width=256`, { range: 'bytes=0-9' });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([
      206,
      first.bytes.subarray(0, 10),
    ]);
  });

  it('with v is kept by caches for good', async () => {
    const { headers } = await imageAt(`${url}?width=64&v=1`);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it('of a HEAD that is not made yet has no length, and is not made', async () => {
    const before = (await rows()).length;
    const answer = await get(`${url}?width=48`, {}, 'HEAD');
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, null]);
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    expect(await rows()).toHaveLength(before);
    const { bytes } = await imageAt(`${url}?width=48`);
    const again = await get(`${url}?width=48`, {}, 'HEAD');
    expect(again.headers.get('content-length')).toBe(String(bytes.length));
  });

  it('that does not exist is a 404', async () => {
    expect((await get('/uploads/none.jpg?width=100')).status).toBe(404);
    expect((await get('/uploads/.derived/x?width=100')).status).toBe(404);
  });

  it('crops to the focal point, which may change', async () => {
    const update = (focalPoint: object) =>
      fetch(`${server.url}/api/upload?id=${id}`, {
        method: 'POST',
        body: form({ fileInfo: JSON.stringify({ focalPoint }) }),
      });
    expect((await update({ x: 0, y: 0 })).status).toBe(200);
    const crop = `${url}?width=256&height=600&fit=cover`;
    expectColours(await coloursOf((await imageAt(crop)).bytes), [RED, RED, BLUE, BLUE]);
    await update({ x: 100, y: 0 });
    expectColours(await coloursOf((await imageAt(crop)).bytes), [GREEN, GREEN, YELLOW, YELLOW]);
  });

  it('of a size is transformed, too', async () => {
    const { body } = await sendFile(server, 'sized.jpg', await photo());
    const size = body[0].formats.small.url;
    expect(await imageAt(`${size}?width=96`)).toMatchObject({ width: 96, height: 72 });
    expect(await imageAt(`${size}?width=3000`)).toMatchObject({ width: 500, height: 375 });
  });

  it('is that of the new bytes after a replacement, and nothing of the old ones stays', async () => {
    const file = await storeFile(server, 'old.jpg', await photo());
    await imageAt(`${file.url}?width=64`);
    const answer = await sendFile(
      server,
      'new.jpg',
      await samples.jpeg({ width: 900, height: 300 }),
      { path: `/api/upload?id=${file.id}` }
    );
    expect(answer.status).toBe(200);
    expect(await imageAt(`${file.url}?width=96`)).toMatchObject({ width: 96, height: 32 });
    const left = (await rows()).filter(({ file_id }: { file_id: number }) => file_id === file.id);
    expect(left).toHaveLength(1);
  });

  it('goes with the file', async () => {
    const file = await storeFile(server, 'gone.jpg', await photo());
    await imageAt(`${file.url}?width=64`);
    await imageAt(`${file.url}?width=64&format=webp`);
    const deleted = await fetch(`${server.url}/api/upload/files/${file.id}`, { method: 'DELETE' });
    expect(deleted.status).toBe(200);
    await server.inside((strapi) =>
      strapi.get('strapi-upload.container').images.variants.budget.idle()
    );
    const left = (await rows()).filter(({ file_id }: { file_id: number }) => file_id === file.id);
    expect(left).toEqual([]);
    expect((await server.uploaded()).filter((name) => name.includes('gone'))).toEqual([]);
    expect((await get(`${file.url}?width=64`)).status).toBe(404);
  });

  it('asked for fifty times at once is made once', async () => {
    const file = await storeFile(server, 'crowd.jpg', await photo());
    await server.inside((strapi) => {
      const { renderer } = strapi.get('strapi-upload.container').images;
      const { render } = renderer;
      Object.assign(globalThis, { renders: 0 });
      renderer.render = function (...args: never[]) {
        (globalThis as unknown as { renders: number }).renders += 1;
        return render.apply(this, args);
      };
    });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => imageAt(`${file.url}?width=384`))
    );
    expect(new Set(answers.map(({ bytes }) => bytes.toString('base64'))).size).toBe(1);
    expect(await server.inside(() => (globalThis as unknown as { renders: number }).renders)).toBe(
      1
    );
  });
});

const form = (fields: Record<string, string>): FormData => {
  const data = new FormData();
  Object.entries(fields).forEach(([name, value]) => data.append(name, value));
  return data;
};

describe('kinds of images', () => {
  it('an animation stays one as WebP', async () => {
    const { url } = await storeFile(server, 'a.gif', await samples.animatedGif());
    const image = await imageAt(`${url}?width=16&format=auto`, { accept: 'image/avif,image/webp' });
    expect(image.format).toBe('webp');
    expect(image.pages).toBeGreaterThan(1);
  });

  it.each(['svg', 'pdf'] as const)('a %s is served as it is', async (kind) => {
    const bytes = kind === 'svg' ? samples.svg() : samples.pdf();
    const { url } = await storeFile(server, `a.${kind}`, bytes);
    const stored = await get(url);
    const answer = await get(`${url}?width=64&format=webp`);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(
      Buffer.from(await stored.arrayBuffer())
    );
  });

  it('transparent parts become white in a JPEG, and bars are transparent where they can be', async () => {
    const clear = await sharp({
      create: { width: 400, height: 200, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const { url } = await storeFile(server, 'clear.png', clear);
    const jpeg = await imageAt(`${url}?width=64&format=jpg`);
    expect((await sharp(jpeg.bytes).stats()).channels[0]!.min).toBeGreaterThan(250);
    const png = await imageAt(`${url}?width=128&height=128&fit=contain`);
    expect(png).toMatchObject({ width: 128, height: 128, format: 'png' });
    const bars = await imageAt(`${url}?width=128&height=128&fit=contain&format=jpg`);
    expect((await sharp(bars.bytes).stats()).channels[0]!.min).toBeGreaterThan(250);
  });
});

it('transforms: false ignores queries', async () => {
  const { url } = await storeFile(server, 'off.jpg', await photo());
  await setTransforms(false);
  expect(await imageAt(`${url}?width=64`)).toMatchObject({ width: 1600 });
  expect((await get(`${url}?width=abc`)).status).toBe(200);
  await setTransforms({});
});

it('transforms.strict refuses what would be rounded', async () => {
  const { url } = await storeFile(server, 'strict.jpg', await photo());
  await setTransforms({ strict: true });
  const answer = await get(`${url}?width=600`);
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('640')]);
  expect(await imageAt(`${url}?width=640`)).toMatchObject({ width: 640 });
  await setTransforms({});
});
