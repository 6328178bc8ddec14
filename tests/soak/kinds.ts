import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { superAdmin } from '../support/admin';
import type { Server } from '../support/server';
import { importUrls, startSite } from '../support/url-import';
import { withoutPixels } from '../support/samples';
import { breakOff, call, formOf, readALittle } from './client';
import { descriptorsOf } from './state';

/** Offset of the density in a JPEG's JFIF header (ITU-T T.871, section 10.1). */
const JFIF_DENSITY = 14;

/** One kind of request. */
export interface Kind {
  /** Sends one request, then deletes everything that this request has stored. */
  once(): Promise<void>;
  /** Number of requests that one call of `once` counts as. Default: 1. */
  counts?: number;
  /** Whether the server still works on a request after its client has closed the connection. */
  lingers?: boolean;
  /** Number of calls of `once` that run at the same time. Default: 4. */
  atOnce?: number;
}

/** Number of connections and files that may be open before the next request of a client that goes away. */
const MANY = 60;

/**
 * Waits until a server has ended most requests of clients that are gone. New requests come faster than the server can
 * end them.
 */
async function fewRequests(server: Server): Promise<void> {
  for (let looks = 0; looks < 600 && (await descriptorsOf(server)) > MANY; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const KIND_NAMES = [
  'upload of a text',
  'upload of a JPEG',
  'upload of a PNG',
  'upload of a WebP',
  'upload of an AVIF',
  'upload of a GIF',
  'upload of an SVG',
  'damaged image',
  'refused image',
  'replacement',
  'import of a URL',
  'regenerated image',
  'download',
  'range',
  'aborted upload',
  'aborted download',
] as const;

export type KindName = (typeof KIND_NAMES)[number];

/** Size of most images: 3 MP, as from a phone's smaller camera. Images for slow encoders are smaller. */
const PHOTO = { width: 2000, height: 1500 };
const SMALL = { width: 800, height: 600 };
const SMALLEST = { width: 320, height: 240 };

/** An image of noise that is smooth enough to compress like a photograph. */
async function pixels({ width, height }: { width: number; height: number }) {
  const raw = { width: Math.ceil(width / 8), height: Math.ceil(height / 8), channels: 3 as const };
  const noise = randomBytes(raw.width * raw.height * raw.channels);
  const data = await sharp(noise, { raw }).resize(width, height, { fit: 'fill' }).raw().toBuffer();
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** A GIF animation of three frames. */
async function animation() {
  const frames = await Promise.all(
    [1, 2, 3].map(async () => (await pixels(SMALLEST)).png().toBuffer())
  );
  return sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
}

const drawing = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200">${'<path d="M0 0h9v9z" fill="#0af"/>'.repeat(200)}</svg>`
);

/**
 * The kinds of requests that a server gets in use. Images of different requests differ by bytes after their end, so
 * that requests cannot share a result.
 */
export async function kindsFor(
  server: Server
): Promise<{ kinds: Record<KindName, Kind>; end(): Promise<unknown> }> {
  const { url } = server;
  const api = `${url}/api/upload`;
  const admin = await superAdmin(server);
  let count = 0;

  const expectStatus = (status: number, expected: number, what: string) => {
    if (status !== expected) {
      throw new Error(`${what} was answered ${status} instead of ${expected}`);
    }
  };
  const unlike = (data: Buffer) => Buffer.concat([data, Buffer.from(` ${(count += 1)}`)]);

  const store = async (name: string, data: Buffer) => {
    const { status, body } = await call(api, { method: 'POST', ...formOf({ name, data }) });
    expectStatus(status, 201, name);
    return JSON.parse(body.toString())[0] as { id: number; url: string };
  };
  const remove = async ({ id }: { id: number }) =>
    expectStatus((await call(`${api}/files/${id}`, { method: 'DELETE' })).status, 200, 'DELETE');
  const uploads = (name: string, data: Buffer): Kind => ({
    once: async () => remove(await store(name, unlike(data))),
  });

  const photo = await (await pixels(PHOTO)).jpeg({ quality: 90 }).toBuffer();
  const small = await (await pixels(SMALL)).jpeg({ quality: 90 }).toBuffer();
  const png = await (await pixels(SMALL)).png().toBuffer();
  const text = Buffer.from('name,stars\nChez Test,3\n'.repeat(500));
  const large = Buffer.alloc(4_000_000, 'large ');
  const site = await startSite('127.0.0.1', (_request, response) => response.end(unlike(small)));

  const served = { big: await store('large.txt', large), photo: await store('photo.jpg', photo) };
  const replaced = await store('replaced.jpg', small);
  const library = await Promise.all(
    Array.from({ length: 10 }, (_, index) => store(`library-${index}.jpg`, unlike(small)))
  );

  const regenerate = async () => {
    const { status } = await admin.post('/upload/regenerate').send({ mode: 'all' });
    expectStatus(status, 202, 'regenerate');
    for (let looks = 0; looks < 1200; looks += 1) {
      const { body } = await admin.get('/upload/regenerate');
      if (body.data.state !== 'running') {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('A regeneration did not end.');
  };

  const importOne = async () => {
    const events = await importUrls(admin, { urls: [`${site.url}/photo.jpg`] });
    const made = events.find(({ event }) => event === 'file:complete')!;
    await remove((made.data as { file: { id: number } }).file);
  };

  const kinds: Record<KindName, Kind> = {
    'upload of a text': uploads('a.csv', text),
    'upload of a JPEG': uploads('a.jpg', photo),
    'upload of a PNG': uploads('a.png', png),
    'upload of a WebP': uploads('a.webp', await (await pixels(SMALL)).webp().toBuffer()),
    'upload of an AVIF': uploads(
      'a.avif',
      await (await pixels(SMALLEST)).avif({ effort: 0 }).toBuffer()
    ),
    'upload of a GIF': uploads('a.gif', await animation()),
    'upload of an SVG': { once: async () => remove(await store('a.svg', drawing)) },
    'damaged image': {
      once: async () => remove(await store('cut.jpg', unlike(photo.subarray(0, -100)))),
    },
    'refused image': {
      once: async () => {
        const data = withoutPixels(photo);
        // The density is different each time, so that no two images are equal.
        data.writeUInt16BE((count += 1) % 2 ** 16 || 1, JFIF_DENSITY);
        const form = formOf({ name: 'cut.jpg', data });
        expectStatus((await call(api, { method: 'POST', ...form })).status, 400, 'a cut JPEG');
      },
    },
    replacement: {
      atOnce: 1,
      once: async () => {
        const form = formOf({ name: 'replaced.jpg', data: unlike(small) });
        const { status } = await call(`${api}?id=${replaced.id}`, { method: 'POST', ...form });
        expectStatus(status, 200, 'a replacement');
      },
    },
    'import of a URL': { once: importOne },
    'regenerated image': { once: regenerate, counts: library.length + 2, atOnce: 1 },
    download: {
      once: async () => expectStatus((await call(url + served.photo.url)).status, 200, 'GET'),
    },
    range: {
      once: async () => {
        const headers = { range: 'bytes=1000000-1099999' };
        expectStatus((await call(url + served.big.url, { headers })).status, 206, 'a range');
      },
    },
    'aborted upload': {
      lingers: true,
      once: async () => {
        const files = [
          { name: 'a.jpg', data: unlike(small) },
          { name: 'b.jpg', data: photo },
        ];
        await breakOff(api, formOf(...files));
        await fewRequests(server);
      },
    },
    'aborted download': {
      lingers: true,
      once: async () => {
        await readALittle(url + served.big.url);
        await fewRequests(server);
      },
    },
  };
  return { kinds, end: site.close };
}
