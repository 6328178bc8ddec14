import { randomBytes } from 'node:crypto';
import request from 'supertest';
import { sendFile, sha256 } from '../support/api';
import { pluginsWith } from '../support/config';
import { createRestaurant } from '../support/entries';
import { eventually, ledgerOf } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { createProject } from '../support/project';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';
import { connection, createBucket, type Bucket } from './bucket';

/** Configuration of a project with Strapi's provider for S3. */
const pluginsFor = (bucket: Bucket, ACL: string, config: Record<string, unknown> = {}) =>
  pluginsWith({
    provider: 'aws-s3',
    providerOptions: {
      rootPath: 'site',
      s3Options: { ...connection(), params: { Bucket: bucket.name, ACL, signedUrlExpires: 60 } },
    },
    concurrentUploadSize: 3,
    ...config,
  });

interface File {
  id: number;
  hash: string;
  ext: string;
  url: string;
  isUrlSigned: boolean;
  formats: Record<string, File> | null;
}

let bucket: Bucket;
let server: Server;

const start = async (acl: string, config: Record<string, unknown> = {}) => {
  bucket = await createBucket();
  server = await startServer({
    files: { 'config/plugins.js': pluginsFor(bucket, acl, config) },
  });
  await allowPublic(server, [...UPLOAD_ACTIONS, 'api::restaurant.restaurant.find']);
};
const upload = (content: Buffer, name: string, id?: number) =>
  sendFile(server, name, content, id === undefined ? {} : { path: `/api/upload?id=${id}` });
const remove = (id: number) => request(server.url).delete(`/api/upload/files/${id}`).expect(200);
const read = async (url: string) => {
  const response = await fetch(url);
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
};
const urlsOf = ({ url, formats }: File) => [
  url,
  ...Object.values(formats ?? {}).map((format) => format.url),
];
const keysOf = ({ hash, ext, formats }: File, folder = 'site') =>
  [{ hash, ext }, ...Object.values(formats ?? {})]
    .map((object) => `${folder}/${object.hash}${object.ext}`)
    .sort();
const storedUrl = (id: number) =>
  server.inside(async (strapi, id) => {
    const { url, formats } = await strapi.db
      .query('plugin::upload.file')
      .findOne({ where: { id } });
    return JSON.stringify({ url, formats }).includes('X-Amz-Signature')
      ? 'signed'
      : (url as string);
  }, id);

describe('a public bucket', () => {
  beforeAll(() => start('public-read'));
  afterAll(() => server.stop());

  it('holds a picture and its formats, then what replaces them, then nothing', async () => {
    const picture = await samples.jpeg({ width: 1200, height: 900, quality: 20 });
    const { body } = await upload(picture, 'a.jpg').expect(201);
    const [file] = body as [File];
    expect(Object.keys(file.formats!)).toEqual(['large', 'medium', 'small', 'thumbnail']);
    expect(file.isUrlSigned).toBe(false);
    expect(await bucket.keys()).toEqual(keysOf(file));
    for (const url of urlsOf(file)) {
      expect(url).toMatch(`/${bucket.name}/site/`);
      const response = await fetch(url);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('image/jpeg');
    }

    const smaller = await samples.jpeg({ width: 600, height: 450, quality: 20 });
    const { body: replaced } = await upload(smaller, 'b.jpg', file.id).expect(200);
    expect(replaced.url).toBe(file.url);
    expect(Object.keys(replaced.formats)).toEqual(['small', 'thumbnail']);
    expect(await bucket.keys()).toEqual(keysOf(replaced));
    expect((await read(file.url)).bytes.length / 1000).toBeCloseTo(replaced.size, 1);

    await remove(file.id);
    expect(await bucket.keys()).toEqual([]);
    expect((await read(file.url)).status).not.toBe(200);
    await eventually(async () => (await ledgerOf(server)).length === 0, 'the ledger is empty');
  });

  it('holds large files, sent in parts, byte for byte', async () => {
    const bytes = randomBytes(12_000_000);
    const { body } = await upload(bytes, 'a.bin').expect(201);
    expect(sha256((await read(body[0].url)).bytes)).toBe(sha256(bytes));
    await remove(body[0].id);
    expect(await bucket.keys()).toEqual([]);
  });

  it('holds nothing of a request that fails half-way', async () => {
    await server.inside((strapi) => {
      const { provider } = strapi.plugin('upload');
      const { uploadStream } = provider;
      provider.uploadStream = async (file: { name: string }, ...rest: unknown[]) => {
        if (file.name.startsWith('thumbnail_')) {
          provider.uploadStream = uploadStream;
          throw new Error('the line is down');
        }
        return uploadStream(file, ...rest);
      };
    });
    await upload(samples.csv(), 'first.csv')
      .attach('files', await samples.jpeg({ quality: 20 }), 'second.jpg')
      .expect(500);
    expect(await bucket.keys()).toEqual([]);
    await upload(samples.csv(), 'first.csv').expect(201);
  });
});

describe('a private bucket', () => {
  beforeAll(() => start('private'));
  afterAll(() => server.stop());

  it('is read with signed URLs, which are never stored', async () => {
    const picture = await samples.jpeg({ width: 600, height: 450, quality: 20 });
    const { body } = await upload(picture, 'a.jpg').expect(201);
    const [file] = body as [File];
    expect(file.isUrlSigned).toBe(true);
    for (const url of urlsOf(file)) {
      expect((await read(url)).status).toBe(200);
    }
    const unsigned = await storedUrl(file.id);
    expect(unsigned).toMatch(/^http[^?]*$/);
    expect((await read(unsigned)).status).toBe(403);

    const { documentId } = await createRestaurant(server);
    const entry = await server.inside(
      (strapi, documentId, cover) =>
        strapi
          .documents('api::restaurant.restaurant' as 'plugin::upload.file')
          .update({ documentId, data: { cover } as object, status: 'published', populate: '*' }),
      documentId,
      // The test stores the file as the API answered it, with its signed URL.
      file
    );
    expect(entry).toMatchObject({ cover: { isUrlSigned: true } });
    const { body: found } = await request(server.url).get('/api/restaurants?populate=cover');
    for (const url of urlsOf(found.data[0].cover)) {
      expect((await read(url)).status).toBe(200);
    }

    const text = Buffer.from('replaced');
    const { body: replaced } = await upload(text, 'a.txt', file.id).expect(200);
    expect((await read(replaced.url)).bytes).toEqual(text);
    expect(await storedUrl(file.id)).toBe(unsigned);
    await remove(file.id);
    expect(await bucket.keys()).toEqual([]);
  });

  it('keeps files in the folder that their upload named', async () => {
    const folder = 'site/some/folder';
    const picture = await samples.jpeg({ width: 600, height: 450, quality: 20 });
    const { body } = await upload(picture, 'a.jpg')
      .attach('files', Buffer.from('text'), 'b.txt')
      .field('path', 'some/folder')
      .expect(201);
    const files = body as File[];
    expect(await bucket.keys()).toEqual(files.flatMap((file) => keysOf(file, folder)).sort());
    for (const url of files.flatMap(urlsOf)) {
      expect((await read(url)).status).toBe(200);
    }

    const [, { id }] = files as [File, File];
    const unsigned = await storedUrl(id);
    const { body: replaced } = await upload(Buffer.from('other'), 'c.txt', id).expect(200);
    expect(await storedUrl(id)).toBe(unsigned);
    expect((await read(replaced.url)).bytes.toString()).toBe('other');

    await Promise.all(files.map((file) => remove(file.id)));
    expect(await bucket.keys()).toEqual([]);
  });
});

describe('a replacement under a new URL', () => {
  beforeAll(() => start('public-read', { replace: { url: 'versioned' } }));
  afterAll(() => server.stop());

  it('leaves the old file whole when it fails, and removes it when it is committed', async () => {
    const { body } = await upload(Buffer.from('old'), 'a.txt').expect(201);
    const [file] = body as [File];
    await server.inside((strapi) => {
      const unsubscribe = strapi.db.lifecycles.subscribe({
        models: ['plugin::upload.file'],
        beforeUpdate() {
          unsubscribe();
          throw new Error('the database says no');
        },
      });
    });
    await upload(Buffer.from('new'), 'a.txt', file.id).expect(500);
    expect(await bucket.keys()).toEqual(keysOf(file));
    expect((await read(file.url)).bytes.toString()).toBe('old');

    const { body: replaced } = await upload(Buffer.from('new'), 'a.txt', file.id).expect(200);
    expect(replaced.url).not.toBe(file.url);
    expect(await bucket.keys()).toEqual(keysOf(replaced));
    expect((await read(replaced.url)).bytes.toString()).toBe('new');
  });
});

describe('a server that is killed in an upload', () => {
  it('leaves objects in the bucket that the next one removes', async () => {
    bucket = await createBucket();
    const recovery = { lease: 1000, interval: 1000 };
    const config = { recovery, concurrentUploadSize: 1 };
    const project = await createProject({
      files: { 'config/plugins.js': pluginsFor(bucket, 'private', config) },
    });
    try {
      server = await startServer({ project });
      await allowPublic(server, UPLOAD_ACTIONS);
      await server.inside((strapi) => {
        const { provider } = strapi.plugin('upload');
        const { uploadStream } = provider;
        provider.uploadStream = (file: { name: string }, ...rest: unknown[]) =>
          file.name.startsWith('thumbnail_') ? new Promise(() => {}) : uploadStream(file, ...rest);
      });
      const picture = await samples.jpeg({ width: 600, height: 450, quality: 20 });
      upload(picture, 'a.jpg')
        .field('path', 'deep/folder')
        .end(() => {});
      await eventually(async () => (await bucket.keys()).length === 2, 'two objects are there');
      await server.kill();
      expect(await bucket.keys()).toHaveLength(2);

      server = await startServer({ project });
      await eventually(async () => (await bucket.keys()).length === 0, 'the bucket is empty');
      await eventually(async () => (await ledgerOf(server)).length === 0, 'the ledger is empty');
      await server.stop();
    } finally {
      await project.remove();
    }
  });
});
