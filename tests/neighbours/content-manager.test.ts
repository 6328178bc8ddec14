import { superAdmin, type AdminClient } from '../support/admin';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';
import { providerWith } from '../support/provider';

const RESTAURANTS = '/content-manager/collection-types/api::restaurant.restaurant';

const PREVIEW = `module.exports = ({ env }) => ({
  auth: { secret: 'test-only' },
  serveAdminPanel: false,
  apiToken: { salt: 'test-only' },
  transfer: { token: { salt: 'test-only' } },
  secrets: { encryptionKey: 'test-only' },
  preview: { enabled: true, config: {
    allowedOrigins: ['https://site.example'],
    async handler(uid, { documentId, status }) {
      const entry = await strapi.documents(uid).findOne({ documentId, status, populate: ['cover'] });
      return 'https://site.example/preview?cover=' + encodeURIComponent(entry.cover.url);
    },
  } },
});`;

interface Asset {
  id: number;
  name: string;
  url: string;
}

let server: Server;
let admin: AdminClient;
let files: Asset[];

async function start(options: Parameters<typeof startServer>[0]) {
  server = await startServer(options);
  admin = await superAdmin(server);
  const jpeg = await samples.jpeg({ width: 400, height: 300 });
  const form = admin.post('/upload');
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) {
    form.attach('files', jpeg, name);
  }
  files = (await form.expect(201)).body;
}

const ids = (...indexes: number[]) => indexes.map((index) => files[index]!.id);
const names = (assets: Asset[] | null) => (assets ?? []).map(({ name }) => name);

describe('an entry with media in the content manager', () => {
  let path: string;

  beforeAll(() => start({ files: { 'config/admin.js': PREVIEW } }));
  afterAll(() => server.stop());

  it('is made with files, in their order, and read with them', async () => {
    const { body } = await admin
      .post(RESTAURANTS)
      .send({ name: 'Chez Test', cover: ids(0)[0], covers: ids(2, 1) })
      .expect(201);
    path = `${RESTAURANTS}/${body.data.documentId}`;
    const { body: read } = await admin.get(path).expect(200);
    expect(read.data.cover).toMatchObject({ id: files[0]!.id, formats: { thumbnail: {} } });
    expect(names(read.data.covers)).toEqual(['c.jpg', 'b.jpg']);
  });

  it('is saved with other files, and with none', async () => {
    await admin
      .put(path)
      .send({ name: 'Chez Test', covers: ids(0, 1, 2) })
      .expect(200);
    const { body } = await admin.get(path).expect(200);
    expect(names(body.data.covers)).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
    expect(body.data.cover.name).toBe('a.jpg');
    await admin.put(path).send({ cover: null, covers: [] }).expect(200);
    const { body: empty } = await admin.get(path).expect(200);
    expect([empty.data.cover, empty.data.covers ?? []]).toEqual([null, []]);
  });

  it('is published with its files', async () => {
    await admin
      .put(path)
      .send({ cover: ids(1)[0], covers: ids(0) })
      .expect(200);
    await admin.post(`${path}/actions/publish`).send({}).expect(200);
    const { body } = await admin.get(`${path}?status=published`).expect(200);
    expect(body.data.cover.name).toBe('b.jpg');
    expect(names(body.data.covers)).toEqual(['a.jpg']);
  });

  it('is found in the list by its files', async () => {
    const list = async (name: string) =>
      (await admin.get(`${RESTAURANTS}?filters[cover][name]=${name}`).expect(200)).body.results;
    expect(await list('b.jpg')).toMatchObject([{ name: 'Chez Test', cover: { name: 'b.jpg' } }]);
    expect(await list('a.jpg')).toEqual([]);
  });

  it('has a preview whose handler finds the file', async () => {
    const documentId = path.split('/').at(-1);
    const { body } = await admin
      .get(`/content-manager/preview/url/api::restaurant.restaurant`)
      .query({ documentId, status: 'draft' })
      .expect(200);
    expect(body.data.url).toBe(
      `https://site.example/preview?cover=${encodeURIComponent(files[1]!.url)}`
    );
  });

  it('loses a file that is deleted, and nothing else', async () => {
    await admin.delete(`/upload/files/${files[1]!.id}`).expect(200);
    const { body } = await admin.get(path).expect(200);
    expect(body.data.cover).toBeNull();
    expect(names(body.data.covers)).toEqual(['a.jpg']);
  });

  it('has no history without a licence: Strapi’s routes for it are not there', async () => {
    await admin.get('/content-manager/history-versions').expect(404);
  });
});

describe('files of a private provider in the content manager', () => {
  beforeAll(() => start(providerWith(['uploadStream', 'isPrivate', 'getSignedUrl'])));
  afterAll(() => server.stop());

  it('are signed when an entry is read, and stay unsigned in the table', async () => {
    const { body } = await admin.post(RESTAURANTS).send({ name: 'R', cover: ids(0)[0] });
    const { body: read } = await admin.get(`${RESTAURANTS}/${body.data.documentId}`).expect(200);
    expect(read.data.cover).toMatchObject({
      isUrlSigned: true,
      url: expect.stringContaining('?signature='),
    });
    const { url } = await server.inside(
      (strapi, id) => strapi.db.query('plugin::upload.file').findOne({ where: { id } }),
      files[0]!.id
    );
    expect(url).not.toContain('signature');
  });
});
