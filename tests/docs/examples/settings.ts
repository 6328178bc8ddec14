import request from 'supertest';
import { sendFile, storeFile } from '../../support/api';
import { member } from '../../support/callers';
import * as samples from '../../support/samples';
import { completed } from './completed';
import { configure, expectValid } from './configuration';
import type { Place, Try } from './place';

/**
 * Tests an example of `config/plugins.js`. Gives the example's configuration to the server, then runs `work`, which
 * checks the effect.
 */
const configured =
  (work: (place: Place) => Promise<void>): Try =>
  async (block, place) => {
    await configure(place.server, completed(block));
    await work(place);
  };

/** Tests the example "The settings that people use". */
export const letsTypesIn = configured(async ({ server }) => {
  const { formats } = await storeFile(server, 'a.jpg', await samples.jpeg());
  expect(Object.keys(formats).sort()).toEqual(['large', 'medium', 'small', 'thumbnail']);
  await storeFile(server, 'a.pdf', samples.pdf());
  const { status, body } = await sendFile(server, 'a.csv', samples.csv());
  expect([status, body.error.details.errors[0].code]).toEqual([400, 'TYPE_NOT_ALLOWED']);
});

export const makesSizes = configured(async ({ server }) => {
  const picture = await samples.jpeg({ width: 2400, height: 1800, quality: 30 });
  const { mime, formats } = await storeFile(server, 'a.jpg', picture);
  expect(mime).toBe('image/jpeg');
  expect(formats).toMatchObject({
    hero: { width: 1600, height: 900, mime: 'image/webp' },
    large: { width: 1200, height: 900, mime: 'image/webp' },
    preview: { width: 320, height: 240, mime: 'image/avif' },
  });
});

export const limitsCallers = configured(async ({ server }) => {
  await storeFile(server, 'a.txt', 'a'.repeat(1_999_000));
  const { status } = await sendFile(server, 'a.txt', 'a'.repeat(2_001_000));
  expect(status).toBe(413);
});

export const keepsToOwnFiles = configured(async ({ server }) => {
  const actions = ['upload', 'destroy'].map((action) => `plugin::upload.content-api.${action}`);
  const { headers } = await member(server, 'ann', actions);
  const remove = (id: number) => request(server.url).delete(`/api/upload/files/${id}`).set(headers);
  const { id } = await storeFile(server, 'of-the-public.txt', 'a text');
  await remove(id).expect(403);

  const { body } = await request(server.url)
    .post('/api/upload')
    .set(headers)
    .attach('files', Buffer.from('a text'), 'of-ann.txt')
    .expect(201);
  await remove(body[0].id).expect(200);
});

/**
 * Tests the example of private files. The server was started with the example's settings, except for
 * `providerOptions.private`.
 */
export const keepsFilesPrivate: Try = async ({ code }, { server }) => {
  expectValid(code);
  const { url } = await storeFile(server, 'a.pdf', samples.pdf(), { info: { private: true } });
  const { searchParams } = new URL(url, server.url);
  expect(searchParams.get('kid')).toBe('2027');
  const seconds = Number(searchParams.get('expires')) - Date.now() / 1000;
  expect(seconds).toBeGreaterThan(300);
  expect(seconds).toBeLessThan(601);
  await request(server.url).get(url).expect(200);
  const chosen = await storeFile(server, 'b.pdf', samples.pdf(), { info: { private: false } });
  expect(chosen.url).toMatch(/^\/uploads\/b[^/?]*\.pdf$/);
};

export const scans = configured(async ({ server }) => {
  await storeFile(server, 'good.txt', 'all is good');
  const { status, body } = await sendFile(server, 'bad.txt', 'all is bad');
  expect(status).toBe(400);
  expect(body.error.details.errors).toEqual([
    {
      file: 'bad.txt',
      code: 'SCAN_REFUSED',
      message: expect.stringContaining('it looks bad'),
    },
  ]);
});

/** Tests the example about serving files. The server was started with the example's settings. */
export const servesPages: Try = async ({ code }, { server }) => {
  expectValid(code);
  const page = await storeFile(server, 'page.html', '<!doctype html><p>ours</p>');
  const { headers } = await request(server.url).get(page.url).expect(200);
  expect(headers).toMatchObject({ 'cache-control': 'max-age=3600' });
  expect(headers).not.toHaveProperty('content-disposition');
  expect(headers).not.toHaveProperty('content-security-policy');
  // Strapi's global middlewares set this header. With the example, files are served before these middlewares run.
  expect(headers).not.toHaveProperty('x-powered-by');
};

/** Checks only that a configuration is valid. Its effect cannot be tested with a Strapi server alone. */
export const isConfiguration: Try = async (block) => expectValid(completed(block));
