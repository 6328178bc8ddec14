import request from 'supertest';
import { pluginsWith } from '../support/config';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
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

describe('durability', () => {
  /** How often a server syncs files and folders while it stores one picture. */
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

  it('"strict" syncs each object and their folder before it answers, "relaxed" nothing', async () => {
    // The original, four formats, their folder.
    expect(await syncsOf('strict')).toBe(6);
    expect(await syncsOf('relaxed')).toBe(0);
  });
});
