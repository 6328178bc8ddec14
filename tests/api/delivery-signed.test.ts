import sharp from 'sharp';
import { startPublicServer, storeFile } from '../support/api';
import { pluginsWith } from '../support/config';
import { quarters } from '../support/pixels';
import type { Server } from '../support/server';

type Service = { url(file: unknown, options: object): string };

let server: Server;
const stored: Record<'open' | 'closed', { id: number; url: string }> = {} as never;
beforeAll(async () => {
  server = await startPublicServer({
    files: { 'config/plugins.js': pluginsWith({ allowPrivate: true }) },
  });
  const photo = await quarters(1600, 1200).jpeg().toBuffer();
  stored.open = await storeFile(server, 'open.jpg', photo);
  stored.closed = await storeFile(server, 'closed.jpg', photo, { info: { private: true } });
});
afterAll(() => server.stop());

const urlOf = (file: object, options: object) =>
  server.inside(
    (strapi, file, options) => {
      const service = strapi.plugin('upload').service('delivery') as unknown as Service;
      return service.url(file, options);
    },
    file,
    options
  );

const sizeAt = async (url: string) => {
  const answer = await fetch(server.url + url);
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (answer.status !== 200) {
    return answer.status;
  }
  const { width, height, format } = await sharp(bytes).metadata();
  return [width, height, format];
};

describe('the service delivery', () => {
  it('makes URLs whose values are not rounded, in any order of the parameters', async () => {
    const url = await urlOf(stored.open, { width: 333, height: 111, quality: 51, format: 'webp' });
    expect(await sizeAt(url)).toEqual([333, 111, 'webp']);
    const [path, query = ''] = url.split('?');
    const signature = query.match(/kid=[^&]+&sig=[^&]+/)![0];
    const others = query.split('&').filter((part) => !signature.includes(part));
    expect(await sizeAt(`${path}?${[...others.reverse(), signature].join('&')}`)).toEqual([
      333,
      111,
      'webp',
    ]);
  });

  it('they are good for these values, for this file, and until they end', async () => {
    const url = await urlOf(stored.open, { width: 333 });
    expect(await sizeAt(url.replace('width=333', 'width=334'))).toBe(400);
    expect(await sizeAt(`${url}&height=20`)).toBe(400);
    expect(await sizeAt(url.replace(/sig=..../, 'sig=AAAA'))).toBe(400);
    const other = await storeFile(server, 'other.jpg', await quarters(900, 900).jpeg().toBuffer());
    expect(await sizeAt(url.replace(stored.open.url, other.url))).toBe(400);
    const ending = await urlOf(stored.open, { width: 222, expires: 600 });
    expect(await sizeAt(ending)).toEqual([222, 167, 'jpeg']);
    const ended = ending.replace(/expires=\d+/, 'expires=1000');
    expect(await sizeAt(ended)).toBe(400);
  });

  it('says which value is wrong', async () => {
    await expect(urlOf(stored.open, { width: 0 })).rejects.toThrow('"width" is "0"');
  });
});

describe('a private file', () => {
  it('is closed without a valid signature, whether it exists or not', async () => {
    const { url } = stored.closed;
    for (const path of [url, `${url}x`, url.replace('closed', 'none')]) {
      expect(await sizeAt(`${path}?width=64`)).toBe(403);
      expect(await sizeAt(`${path}?width=abc`)).toBe(403);
    }
  });

  it('with a signed URL opens the steps', async () => {
    const row = await server.inside(
      async (strapi, id) => strapi.plugin('upload').service('upload').findOne(id),
      stored.closed.id
    );
    const signed = await server.inside(
      async (strapi, row) =>
        strapi
          .plugin('upload')
          .service('file')
          .signFileUrls(row as never),
      row
    );
    const { url } = signed as { url: string };
    expect(url).toContain('sig=');
    expect(await sizeAt(url)).toEqual([1600, 1200, 'jpeg']);
    expect(await sizeAt(`${url}&width=600&v=1`)).toEqual([640, 480, 'jpeg']);
    const answer = await fetch(`${server.url}${url}&width=600&v=1`);
    expect(answer.headers.get('cache-control')).toMatch(/^private, max-age=\d+$/);
    expect(await sizeAt(`${url}&width=abc`)).toBe(400);
    expect(await sizeAt(`${url}x&width=600`)).toBe(403);
  });

  it('has exact values inside its signature', async () => {
    const url = await urlOf(stored.closed, { width: 321 });
    expect(url).toContain('expires=');
    expect(await sizeAt(url)).toEqual([321, 241, 'jpeg']);
    expect(await sizeAt(url.replace('width=321', 'width=322'))).toBe(403);
    expect(await sizeAt(url.replace('width=321&', ''))).toBe(403);
  });
});
