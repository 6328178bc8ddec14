import request from 'supertest';
import { superAdmin } from '../support/admin';
import { pluginsWith } from '../support/config';
import { expectNothingLeftOver } from '../support/consistency';
import { createRestaurant, linkedNames } from '../support/entries';
import { allowPublic, LINKING_ACTIONS, UPLOAD_ACTIONS } from '../support/permissions';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';
import { sharedServer } from '../support/shared';

const security = { deniedTypes: ['text/html'] };
const HTML = Buffer.from('<html></html>');

describe('with batch: "partial"', () => {
  let server: Server;
  beforeAll(async () => {
    server = await sharedServer({ batch: 'partial', security });
    await allowPublic(server, UPLOAD_ACTIONS);
  });
  afterAll(() => server.stop());

  it('refused files are left out, and fileInfo stays with its file', async () => {
    const { status, body } = await request(server.url)
      .post('/api/upload')
      .field('fileInfo', JSON.stringify([{ caption: '1' }, { caption: '2' }, { caption: '3' }]))
      .attach('files', samples.csv(), 'one.csv')
      .attach('files', HTML, 'two.html')
      .attach('files', samples.csv(), 'three.csv');
    expect(status).toBe(201);
    expect(body).toMatchObject([
      { name: 'one.csv', caption: '1' },
      { name: 'three.csv', caption: '3' },
    ]);
    expect(body).toHaveLength(2);
  });

  it('a request whose files are all refused is refused', async () => {
    const { status, body } = await request(server.url)
      .post('/api/upload')
      .attach('files', HTML, 'one.html')
      .attach('files', HTML, 'two.html');
    expect(status).toBe(400);
    expect(body.error.details.errors).toHaveLength(2);
  });
});

describe('with batch: "partial", each reason that concerns one file leaves that one out', () => {
  let server: Server;
  const sizeLimit = 10_000;
  beforeAll(async () => {
    server = await sharedServer({ batch: 'partial', security, sizeLimit });
    await allowPublic(server, [...UPLOAD_ACTIONS, ...LINKING_ACTIONS]);
    await server.inside((strapi) => {
      const set = (key: string, value: unknown) =>
        strapi.config.set(`plugin::upload.${key}`, value);
      const scan = async (file: { name: string }) =>
        file.name === 'virus.txt' ? 'it looks bad' : undefined;
      set('security', { ...(strapi.config.get('plugin::upload.security') as object), scan });
    });
  });
  afterAll(() => server.stop());

  const broken = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Buffer.from('no picture')]);
  const post = (name: string, content: Buffer, path = '/api/upload') =>
    request(server.url)
      .post(path)
      .attach('files', samples.csv(), 'one.csv')
      .attach('files', content, name)
      .attach('files', samples.csv(), 'three.csv')
      .field('fileInfo', JSON.stringify([{ caption: '1' }, { caption: '2' }, { caption: '3' }]));
  const kept = [
    { name: 'one.csv', caption: '1' },
    { name: 'three.csv', caption: '3' },
  ];

  it.each<[string, string, Buffer]>([
    ['its type', 'a.html', HTML],
    ['its size', 'large.bin', Buffer.alloc(sizeLimit + 1)],
    ['its size, as much as twice the limit', 'large.bin', Buffer.alloc(2 * sizeLimit)],
    ['nothing in it', 'empty.txt', Buffer.alloc(0)],
    ['that it cannot be decoded', 'broken.jpg', broken],
    ['the project’s own check', 'virus.txt', Buffer.from('virus')],
  ])('%s', async (_why, name, content) => {
    const { status, body } = await post(name, content);
    expect(body).toMatchObject(kept);
    expect(body).toHaveLength(2);
    expect(status).toBe(201);
    await expectNothingLeftOver(server);
  });

  it('in the Media Library too', async () => {
    const admin = await superAdmin(server);
    const { body } = await admin
      .post('/upload')
      .attach('files', broken, 'broken.jpg')
      .attach('files', samples.csv(), 'one.csv')
      .field('fileInfo', JSON.stringify([{ caption: '1' }, { caption: '2' }]))
      .expect(201);
    expect(body).toMatchObject([{ name: 'one.csv', caption: '2' }]);
    expect(body).toHaveLength(1);
  });

  it('what the attribute takes that it is linked to', async () => {
    const { documentId, draft } = await createRestaurant(server);
    const { body } = await request(server.url)
      .post('/api/upload')
      .attach('files', samples.csv(), 'menu.csv')
      .attach('files', await samples.jpeg({ width: 40, height: 30 }), 'cover.jpg')
      .field('ref', 'api::restaurant.restaurant')
      .field('refId', documentId)
      .field('field', 'cover')
      .expect(201);
    expect(body).toMatchObject([{ name: 'cover.jpg' }]);
    expect(await linkedNames(server, 'api::restaurant.restaurant', draft, 'cover')).toEqual([
      'cover.jpg',
    ]);
  });

  it('but a request of which none is left is refused, with every reason', async () => {
    const { status, body } = await request(server.url)
      .post('/api/upload')
      .attach('files', broken, 'broken.jpg')
      .attach('files', broken, 'too.jpg');
    expect(status).toBe(400);
    expect(body.error.details.errors.map(({ file }: { file: string }) => file)).toEqual([
      'broken.jpg',
      'too.jpg',
    ]);
  });

  it('and one whose file goes on for more than twice the limit', async () => {
    const { status, body } = await post('endless.bin', Buffer.alloc(2 * sizeLimit + 1));
    expect(status).toBe(413);
    expect(body.error.details.errors).toMatchObject([{ file: 'endless.bin', code: 'TOO_LARGE' }]);
    await expectNothingLeftOver(server);
  });

  it('and one that is more than the caller’s day', async () => {
    const limit = (limits: object) =>
      server.inside(
        (strapi, limits) => void strapi.config.set('plugin::upload.limits', limits),
        limits
      );
    await limit({ roles: { public: { filesPerDay: 1 } } });
    await post('a.html', HTML).expect(429);
    await limit({});
  });
});

describe('durability', () => {
  /** Counts how often a server syncs files and folders while it stores one image. */
  const syncsOf = async (durability: string) => {
    const server = await startServer({
      files: { 'config/plugins.js': pluginsWith({ durability }) },
    });
    try {
      await allowPublic(server, UPLOAD_ACTIONS);
      await server.inside(async () => {
        const { open } = process.getBuiltinModule('node:fs/promises');
        const handle = await open('/', 'r');
        const prototype = Object.getPrototypeOf(handle);
        await handle.close();
        const counts = globalThis as unknown as { syncs: number };
        counts.syncs = 0;
        const { sync } = prototype;
        prototype.sync = function (...args: unknown[]) {
          counts.syncs += 1;
          return sync.apply(this, args);
        };
      });
      await request(server.url)
        .post('/api/upload')
        .attach('files', await samples.jpeg(), 'photo.jpg')
        .expect(201);
      return await server.inside(() => (globalThis as unknown as { syncs: number }).syncs);
    } finally {
      await server.stop();
    }
  };

  it('"strict" syncs each object and the folders of names and markers before it answers, "relaxed" nothing', async () => {
    // The server syncs the original, the four formats, their folder, and the folder of their markers.
    expect(await syncsOf('strict')).toBe(7);
    expect(await syncsOf('relaxed')).toBe(0);
  });
});
