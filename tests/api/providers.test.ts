import request from 'supertest';
import { sendFile, withServer } from '../support/api';
import { pluginsWith } from '../support/config';
import { ledgerOf } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { bucketOf, callsOf, providerWith } from '../support/provider';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';
import { sharedServer } from '../support/shared';

const upload = (server: Server, content: Buffer | string, name: string, path = '/api/upload') =>
  sendFile(server, name, content, { path });
const methodsOf = async (server: Server) => (await callsOf(server)).map(({ method }) => method);

describe('a provider', () => {
  it('that takes buffers only is given buffers; to replace, the old object goes first', () =>
    withServer({ ...providerWith(['upload']), ownProcess: true }, async (server) => {
      expect(server.output()).toContain("doesn't implement the uploadStream function");
      const { body } = await upload(server, 'hello', 'a.txt').expect(201);
      const [file] = body;
      expect(file).toMatchObject({
        provider: 'test-provider',
        url: `https://bucket.example/${file.hash}.txt`,
        isUrlSigned: false,
      });
      expect(await callsOf(server)).toMatchObject([{ method: 'upload', as: 'buffer' }]);

      const path = `/api/upload?id=${file.id}`;
      const replaced = await upload(server, 'world', 'b.txt', path).expect(200);
      expect(replaced.body).toMatchObject({ name: 'b.txt', url: file.url });
      expect(await methodsOf(server)).toEqual(['delete', 'upload']);
      expect(await bucketOf(server)).toEqual({ [`${file.hash}.txt`]: 'world' });

      await request(server.url).delete(`/api/upload/files/${file.id}`).expect(200);
      expect(await callsOf(server)).toMatchObject([
        { method: 'delete', file: { id: file.id, url: file.url, size: 0.01, folderPath: '/1' } },
      ]);
      expect(await bucketOf(server)).toEqual({});
    }));

  it('that takes streams is given streams, and replaces itself where it can', () =>
    withServer(
      providerWith(['upload', 'uploadStream', 'replace', 'replaceStream'], {
        concurrentUploadSize: 2,
        actionOptions: {
          uploadStream: { storageClass: 'cold' },
          replaceStream: { tags: 'new' },
          delete: { force: true },
        },
      }),
      async (server) => {
        const picture = await samples.jpeg({ width: 600, height: 400 });
        const { body } = await upload(server, picture, 'a.jpg')
          .field('fileInfo', JSON.stringify({ caption: 'A place' }))
          .expect(201);
        const [file] = body;
        const [original, ...formats] = await callsOf(server);
        expect(original).toMatchObject({
          method: 'uploadStream',
          as: 'stream',
          options: { storageClass: 'cold' },
          file: {
            name: 'a.jpg',
            hash: file.hash,
            ext: '.jpg',
            mime: 'image/jpeg',
            size: file.size,
            caption: 'A place',
            width: 600,
            height: 400,
            folderPath: '/1',
          },
        });
        expect(formats.map((call) => call.file.name)).toEqual(['small_a.jpg', 'thumbnail_a.jpg']);

        const path = `/api/upload?id=${file.id}`;
        const { body: replaced } = await upload(server, 'text', 'b.txt', path).expect(200);
        expect(replaced).toMatchObject({ url: file.url, formats: null });
        const calls = await callsOf(server);
        expect(calls[0]).toMatchObject({
          method: 'replaceStream',
          old: { id: file.id, name: 'a.jpg', hash: file.hash, url: file.url, folderPath: '/1' },
          options: { tags: 'new' },
        });
        // The plugin removes the sizes that the new file does not have.
        expect(calls.slice(1)).toMatchObject([
          { method: 'delete', options: { force: true } },
          { method: 'delete' },
        ]);
        expect(await bucketOf(server)).toEqual({ [`${file.hash}.jpg`]: 'text' });
        expect(await server.inside(() => (globalThis as { started?: number }).started)).toBe(1);
      }
    ));

  it('that replaces buffers only is given a buffer for that, though it uploads streams', () =>
    withServer(providerWith(['uploadStream', 'replace']), async (server) => {
      const { body } = await upload(server, 'hello', 'a.txt').expect(201);
      await upload(server, 'world', 'a.txt', `/api/upload?id=${body[0].id}`).expect(200);
      expect(await callsOf(server)).toMatchObject([
        { method: 'uploadStream', as: 'stream' },
        { method: 'replace', as: 'buffer' },
      ]);
      expect(Object.values(await bucketOf(server))).toEqual(['world']);
    }));

  it('that checks sizes itself is asked before anything is stored', () =>
    withServer(
      providerWith(['uploadStream', 'checkFileSize'], { sizeLimit: 50_000 }),
      async (server) => {
        const { body } = await upload(server, 'small', 'a.txt').expect(201);
        expect(await callsOf(server)).toMatchObject([
          { method: 'checkFileSize', file: { sizeInBytes: 5 }, options: { sizeLimit: 50_000 } },
          { method: 'uploadStream' },
        ]);

        await upload(server, 'small too', 'b.txt')
          .attach('files', Buffer.alloc(1001), 'large.bin')
          .expect(413);
        expect(await methodsOf(server)).toEqual(['checkFileSize', 'checkFileSize']);
        const path = `/api/upload?id=${body[0].id}`;
        await upload(server, Buffer.alloc(1001), 'large.bin', path).expect(413);
        expect(Object.values(await bucketOf(server))).toEqual(['small']);
        expect(await ledgerOf(server)).toHaveLength(1);
      }
    ));

  it('may correct what it is told of a file, and is told that again later', () =>
    withServer(
      {
        files: {
          'modules/test-provider/index.js': `
            globalThis.deleted = [];
            module.exports = { init: () => ({
              async uploadStream(file) {
                file.stream.resume();
                Object.assign(file, {
                  hash: 'their-key', ext: '.webp', mime: 'image/webp', url: 'https://x/their-key.webp',
                  previewUrl: 'https://x/preview', provider_metadata: { public_id: 7 },
                });
              },
              async delete(file) { deleted.push(file); },
            }) };`,
          'config/plugins.js': pluginsWith({ provider: 'test-provider' }),
        },
      },
      async (server) => {
        const { body } = await upload(server, await samples.png({ width: 9, height: 9 }), 'a.png');
        const corrected = {
          hash: 'their-key',
          ext: '.webp',
          mime: 'image/webp',
          previewUrl: 'https://x/preview',
          provider_metadata: { public_id: 7 },
        };
        expect(body[0]).toMatchObject(corrected);
        await request(server.url).delete(`/api/upload/files/${body[0].id}`).expect(200);
        const deleted = await server.inside(() => (globalThis as { deleted?: unknown }).deleted);
        expect(deleted).toMatchObject([corrected]);
      }
    ));
});

describe('a provider of streams only', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer(providerWith(['uploadStream'], { concurrentUploadSize: 3 }));
    await allowPublic(server, UPLOAD_ACTIONS);
  });
  afterAll(() => server.stop());

  it('that fails for one of several files keeps none of them, those beside it neither', async () => {
    await server.inside(() => {
      Object.assign(globalThis, {
        async beforeCall(_method: string, file: { name: string }) {
          if (file.name === 'fails.txt') {
            throw new Error('the bucket is full');
          }
          await new Promise((resolve) => setTimeout(resolve, 50));
        },
      });
    });
    const answer = await upload(server, '1', 'one.txt')
      .attach('files', Buffer.from('2'), 'fails.txt')
      .attach('files', Buffer.from('3'), 'three.txt')
      .attach('files', Buffer.from('4'), 'never.txt');
    expect(answer.status).toBe(500);
    const names = (await callsOf(server)).map(({ method, file }) => `${method} ${file.name}`);
    expect(names.slice(0, 3)).toEqual([
      'uploadStream one.txt',
      'uploadStream fails.txt',
      'uploadStream three.txt',
    ]);
    expect(names.slice(3).sort()).toEqual(['delete one.txt', 'delete three.txt']);
    expect(await bucketOf(server)).toEqual({});
    expect(await ledgerOf(server)).toEqual([]);
    expect((await request(server.url).get('/api/upload/files')).body).toEqual([]);
  });

  it('keeps the folder of a file in the bucket: for its URL, a replacement and the end', async () => {
    const { body } = await upload(server, 'hello', 'a.txt').field('path', 'in/bucket');
    const key = `in/bucket/${body[0].hash}.txt`;
    expect(body[0].url).toBe(`https://bucket.example/${key}`);
    await upload(server, 'world', 'a.txt', `/api/upload?id=${body[0].id}`).expect(200);
    expect(await bucketOf(server)).toEqual({ [key]: 'world' });
    await request(server.url).delete(`/api/upload/files/${body[0].id}`).expect(200);
    expect(await bucketOf(server)).toEqual({});
  });
});

describe('calls to a provider', () => {
  let server: Server;
  beforeAll(async () => {
    const methods = ['uploadStream', 'replaceStream'] as const;
    server = await startServer(providerWith([...methods], { sizeLimit: 1_500_000 }));
    await allowPublic(server, UPLOAD_ACTIONS);
  });
  afterAll(() => server.stop());

  it('store a replacement in the path that it names where it gets a new URL; else in the old one', async () => {
    const setUrl = (url: string) =>
      server.inside(
        (strapi, url) => void strapi.config.set('plugin::upload.replace', { url }),
        url
      );
    await setUrl('versioned');
    const { body } = await upload(server, 'hello', 'a.txt').field('path', 'old/place');
    const path = `/api/upload?id=${body[0].id}`;
    const moved = await upload(server, 'world', 'b.txt', path)
      .field('path', 'new/place')
      .expect(200);
    expect(await bucketOf(server)).toEqual({ [`new/place/${moved.body.hash}.txt`]: 'world' });
    const same = await upload(server, 'again', 'c.txt', path).expect(200);
    expect(await bucketOf(server)).toEqual({ [`new/place/${same.body.hash}.txt`]: 'again' });
    await setUrl('stable');
    await upload(server, 'stays', 'd.txt', path).field('path', 'other').expect(200);
    expect(await bucketOf(server)).toEqual({ [`new/place/${same.body.hash}.txt`]: 'stays' });
  });

  /** Delays each call of the provider, and records the largest number of calls at the same time. */
  const watch = () =>
    server.inside(() => {
      const state = { now: 0, most: 0 };
      Object.assign(globalThis, {
        state,
        async beforeCall() {
          state.now += 1;
          state.most = Math.max(state.most, state.now);
          await new Promise((resolve) => setTimeout(resolve, 20 + 20 * Math.random()));
          state.now -= 1;
        },
      });
    });
  const mostAtOnce = () =>
    server.inside(() => (globalThis as unknown as { state: { most: number } }).state.most);

  it.each([1, 4])('are at most concurrentUploadSize (%d) at once in a request', async (limit) => {
    await watch();
    await server.inside(
      (strapi, limit) => void strapi.config.set('plugin::upload.concurrentUploadSize', limit),
      limit
    );
    const picture = await samples.jpeg({ width: 1200, height: 800, quality: 20 });
    const names = ['c.jpg', 'a.jpg', 'b.jpg'];
    const post = request(server.url).post('/api/upload');
    names.forEach((name) => post.attach('files', picture, name));
    const { body } = await post.expect(201);

    expect(await mostAtOnce()).toBe(limit);
    expect(body.map(({ name }: { name: string }) => name)).toEqual(names);
    const bucket = await bucketOf(server);
    for (const { hash, url, formats } of body) {
      expect(url).toBe(`https://bucket.example/${hash}.jpg`);
      for (const key of ['large', 'medium', 'small', 'thumbnail']) {
        expect(formats[key].url).toBe(`https://bucket.example/${key}_${hash}.jpg`);
        expect(bucket).toHaveProperty([`${key}_${hash}.jpg`]);
      }
    }
  });

  it('are not held up by those of other requests', async () => {
    await watch();
    await server.inside(
      (strapi) => void strapi.config.set('plugin::upload.concurrentUploadSize', 1)
    );
    await Promise.all(['a', 'b', 'c'].map((name) => upload(server, name, `${name}.txt`)));
    expect(await mostAtOnce()).toBeGreaterThan(1);
  });

  it('can be made by other plugins, through it and through the service "provider"', async () => {
    const result = await server.inside(async (strapi) => {
      const { Readable } = process.getBuiltinModule('node:stream');
      const { provider } = strapi.plugin('upload');
      const service = strapi.plugin('upload').service('provider');
      const file = (text: string) => ({
        ...{ name: 'x', hash: 'x', ext: '.txt', mime: 'text/plain' },
        getStream: () => Readable.from([Buffer.from(text)]),
      });
      const first = file('first');
      await service.upload(first);
      await service.replace(file('second'), first);
      const refused = await service
        .checkFileSize({ ...file(''), size: 1501 })
        .catch(({ name, message }: Error) => `${name}: ${message}`);
      provider.extend({ answer: () => 42 });
      return {
        file: Object.keys(first),
        refused,
        isPrivate: provider.isPrivate(),
        answer: provider.answer(),
        own: Object.keys(provider),
      };
    });
    expect(result).toEqual({
      file: ['name', 'hash', 'ext', 'mime', 'getStream', 'url'],
      refused: 'PayloadTooLargeError: x exceeds size limit of 1.5 MB.',
      isPrivate: false,
      answer: 42,
      own: ['uploadStream', 'replaceStream', 'delete', 'answer'],
    });
    expect(await bucketOf(server)).toMatchObject({ 'x.txt': 'second' });
  });
});

describe('a provider is loaded', () => {
  it('from a file of the project, and wrapped by its code', () =>
    withServer(
      {
        files: {
          'src/providers/own.mjs': `
            class Provider {
              base = 'https://bucket.example/';
              async uploadStream(file) { file.stream.resume(); file.url = this.base + file.hash; }
              async delete() {}
            }
            export default { init: async () => new Provider() };`,
          'config/plugins.js': pluginsWith({ provider: './src/providers/own.mjs' }),
          'src/index.js': `
            module.exports = {
              register({ strapi }) {
                const { provider } = strapi.plugin('upload');
                const { uploadStream } = provider;
                provider.uploadStream = async (file, ...rest) => {
                  await uploadStream(file, ...rest);
                  file.url = file.url.replace('bucket', 'cdn');
                };
              },
              bootstrap() {},
            };`,
        },
      },
      async (server) => {
        const { body } = await upload(server, 'hello', 'a.txt').expect(201);
        expect(body[0]).toMatchObject({
          provider: './src/providers/own.mjs',
          url: `https://cdn.example/${body[0].hash}`,
        });
      }
    ));
});

describe('@strapi/provider-upload-local', () => {
  it('stores, replaces and deletes pictures as any provider', () =>
    withServer(
      {
        files: { 'config/plugins.js': pluginsWith({ provider: '@strapi/provider-upload-local' }) },
      },
      async (server) => {
        const wide = await samples.jpeg({ width: 1200, height: 300, quality: 20 });
        const { body } = await upload(server, wide, 'wide.jpg').expect(201);
        const [{ id, hash, url, formats }] = body;
        expect(url).toBe(`/uploads/${hash}.jpg`);
        const sizes = ['large', 'medium', 'small', 'thumbnail'];
        expect(Object.keys(formats)).toEqual(sizes);
        await request(server.url).get(formats.small.url).expect(200);
        expect(await server.uploaded()).toEqual(
          [`${hash}.jpg`, ...sizes.map((size) => `${size}_${hash}.jpg`)].sort()
        );

        const path = `/api/upload?id=${id}`;
        const small = await samples.jpeg({ width: 400, height: 300 });
        const { body: replaced } = await upload(server, small, 's.jpg', path).expect(200);
        expect(await server.uploaded()).toEqual([`thumbnail_${hash}.jpg`, `${hash}.jpg`].sort());
        const { body: served } = await request(server.url).get(url).expect(200);
        expect(served.length / 1000).toBeCloseTo(replaced.size, 1);

        await request(server.url).delete(`/api/upload/files/${id}`).expect(200);
        expect(await server.uploaded()).toEqual([]);
      }
    ));

  it('is the provider object of projects that store locally: logos are stored through it', async () => {
    const server = await sharedServer();
    const url = await server.inside(async (strapi) => {
      const { provider } = strapi.plugin('upload');
      const { Readable } = process.getBuiltinModule('node:stream');
      const stream = Readable.from([Buffer.from('logo')]);
      const file = { name: 'logo.svg', hash: 'logo', ext: '.svg', mime: 'image/svg+xml', stream };
      await provider.uploadStream(file);
      return (file as { url?: string }).url;
    });
    expect(url).toBe('/uploads/logo.svg');
    expect(await server.uploaded()).toEqual(['logo.svg']);
    await server.inside((strapi) =>
      strapi
        .plugin('upload')
        .provider.delete({ hash: 'logo', ext: '.svg', url: '/uploads/logo.svg' })
    );
    expect(await server.uploaded()).toEqual([]);
  });
});
