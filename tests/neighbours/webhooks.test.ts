import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { superAdmin, type AdminClient } from '../support/admin';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { eventually } from '../support/ledger';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';

interface Delivery {
  event: string;
  media: Record<string, unknown>;
}

let server: Server;
let receiver: http.Server;
let admin: AdminClient;
const deliveries: Delivery[] = [];

beforeAll(async () => {
  receiver = http.createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) {
      chunks.push(chunk);
    }
    deliveries.push(JSON.parse(String(Buffer.concat(chunks))));
    res.end();
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  server = await startServer();
  admin = await superAdmin(server);
  await allowPublic(server, UPLOAD_ACTIONS);
  const { port } = receiver.address() as AddressInfo;
  // In production, Strapi's form for webhooks refuses addresses of this machine, but Strapi's store accepts them.
  await server.inside(async (strapi, url) => {
    const events = ['media.create', 'media.update', 'media.delete'];
    const webhook = { id: '1', name: 'media', url, headers: {}, events, isEnabled: true };
    strapi.get('webhookRunner').add(await strapi.get('webhookStore').createWebhook(webhook));
  }, `http://127.0.0.1:${port}/`);
});
afterAll(async () => {
  await server.stop();
  receiver.close();
});

/** The deliveries of webhooks that `work` causes, in their order. */
async function delivered(count: number, work: () => Promise<unknown>): Promise<Delivery[]> {
  deliveries.length = 0;
  await work();
  await eventually(async () => deliveries.length >= count, `${count} webhooks have arrived`);
  return [...deliveries];
}

describe('webhooks', () => {
  let id: number;

  it('tell of each file that is stored', async () => {
    const jpeg = await samples.jpeg({ width: 400, height: 300 });
    const told = await delivered(2, () =>
      admin
        .post('/upload')
        .attach('files', jpeg, 'a.jpg')
        .attach('files', samples.csv(), 'b.csv')
        .expect(201)
    );
    expect(told.map(({ event }) => event)).toEqual(['media.create', 'media.create']);
    const [{ media }] = told.filter(({ media }) => media.name === 'a.jpg') as [Delivery];
    expect(media).toMatchObject({
      mime: 'image/jpeg',
      url: expect.stringMatching(/^\/uploads\/a_/),
      formats: { thumbnail: { url: expect.stringMatching(/^\/uploads\/thumbnail_a_/) } },
    });
    id = media.id as number;
  });

  it('tell of each change: of words, of bytes', async () => {
    const change = () => request(server.url).post(`/api/upload?id=${id}`);
    const [words] = await delivered(1, () =>
      change().field('fileInfo', '{"caption":"Sea"}').expect(200)
    );
    expect(words).toMatchObject({ event: 'media.update', media: { id, caption: 'Sea' } });
    const [bytes] = await delivered(1, () =>
      change().attach('files', samples.csv(), 'c.csv').expect(200)
    );
    expect(bytes).toMatchObject({ event: 'media.update', media: { id, mime: 'text/csv' } });
  });

  it('tell of a removal', async () => {
    const [removed] = await delivered(1, () =>
      request(server.url).delete(`/api/upload/files/${id}`).expect(200)
    );
    expect(removed).toMatchObject({ event: 'media.delete', media: { id } });
  });

  it('tell no one what is private: folder, place of the folder, who made it', async () => {
    const [told] = await delivered(1, () =>
      admin.post('/upload').attach('files', samples.csv(), 'private.csv').expect(201)
    );
    expect(Object.keys(told!.media).sort()).toEqual(
      (
        'alternativeText caption createdAt documentId ext focalPoint formats hash height id mime name ' +
        'previewUrl provider provider_metadata publishedAt size updatedAt url width'
      ).split(' ')
    );
  });

  it('tell of nothing that was not stored', async () => {
    const post = (name: string) =>
      request(server.url).post('/api/upload').attach('files', samples.csv(), name);
    const told = await delivered(1, async () => {
      await post('half.csv').attach('files', Buffer.alloc(0), 'empty.csv').expect(400);
      await post('whole.csv').expect(201);
    });
    expect(told.map(({ media }) => media.name)).toEqual(['whole.csv']);
  });
});
