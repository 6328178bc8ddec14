import request from 'supertest';
import { editor, superAdmin, type AdminClient } from '../support/admin';
import { storeFile } from '../support/api';
import { apiToken, member, type Headers } from '../support/callers';
import { pluginsWith } from '../support/config';
import { createRestaurant } from '../support/entries';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { bytesWritten, LITTLE } from '../support/process';
import { MULTIPART, multipartStream, send } from '../support/raw';
import { startServer, type Server } from '../support/server';
import { stateOf } from '../support/state';
import { startSite } from '../support/url-import';

const RESTAURANT = 'api::restaurant.restaurant';
const ENTRIES = ['create', 'update'].map((action) => `${RESTAURANT}.${action}`);

/** Size in bytes of a file that no caller may send. It is far more than the server writes into logs for a refusal. */
const LARGE = 16 * 2 ** 20;
const SMALL = 10_000;

/** A route of the project that calls one of this plugin's actions. */
const OWN_ROUTE = {
  'src/api/own/routes/own.js': `module.exports = { routes: [
    { method: 'POST', path: '/own-upload', handler: 'plugin::upload.content-api.upload',
      config: { middlewares: ['plugin::upload.receive'],
        auth: { scope: ['plugin::upload.content-api.upload'] } } },
  ] };`,
};

interface Way {
  name: string;
  /** The API of the request: the content API or the Media Library's. */
  side: 'content' | 'admin';
  method?: string;
  path(): string;
  field?: string;
}

let server: Server;
let admin: AdminClient;
let file: { id: number; documentId: string };
let entry: string;
let site: Awaited<ReturnType<typeof startSite>>;
let fetched = 0;
const callers: Record<Way['side'], Record<'anonymous' | 'forbidden' | 'allowed', Headers>> = {
  content: { anonymous: {}, forbidden: {}, allowed: {} },
  admin: { anonymous: {}, forbidden: {}, allowed: {} },
};

beforeAll(async () => {
  server = await startServer({
    files: {
      ...OWN_ROUTE,
      'config/plugins.js': pluginsWith({ urlImport: { allowedNetworks: ['127.0.0.1/32'] } }),
    },
  });
  // In the end the public has one permission, but no permission to store files. Without any permission the answer would
  // be 401.
  await allowPublic(server, UPLOAD_ACTIONS);
  admin = await superAdmin(server);
  file = await storeFile(server, 'old.txt', 'old');
  entry = (await createRestaurant(server)).documentId;
  await allowPublic(server, [`${RESTAURANT}.find`]);
  callers.content.forbidden = (await member(server, 'ann')).headers;
  callers.content.allowed = (
    await apiToken(server, 'all', [...UPLOAD_ACTIONS, ...ENTRIES])
  ).headers;
  callers.admin.allowed = admin.headers;
  const reads = [{ action: 'plugin::upload.read' }];
  callers.admin.forbidden = (await editor(server, admin, 'reader', reads)).headers;
  site = await startSite('127.0.0.1', (_request, response) => {
    fetched += 1;
    response.end('x'.repeat(SMALL));
  });
});
afterAll(async () => {
  await site?.close();
  await server?.stop();
});

const WAYS: Way[] = [
  { name: 'an upload', side: 'content', path: () => '/api/upload' },
  { name: 'a replacement', side: 'content', path: () => `/api/upload?id=${file.id}` },
  {
    name: 'a replacement by documentId',
    side: 'content',
    path: () => `/api/upload?id=${file.documentId}`,
  },
  { name: 'a project’s own route', side: 'content', path: () => '/api/own-upload' },
  { name: 'a new entry', side: 'content', path: () => '/api/restaurants', field: 'files.covers' },
  {
    name: 'a change of an entry',
    side: 'content',
    method: 'PUT',
    path: () => `/api/restaurants/${entry}`,
    field: 'files.covers',
  },
  { name: 'an asset', side: 'admin', path: () => '/upload' },
  { name: 'one asset', side: 'admin', path: () => '/upload/files' },
  { name: 'a replaced asset', side: 'admin', path: () => `/upload?id=${file.id}` },
  {
    name: 'a replaced asset by its route',
    side: 'admin',
    path: () => `/upload/files/${file.id}/replace`,
  },
  { name: 'a changed asset', side: 'admin', method: 'PUT', path: () => `/upload/files/${file.id}` },
];

const sendTo = ({ method = 'POST', path, field = 'files' }: Way, headers: Headers, size: number) =>
  send(server.url, {
    method,
    path: path(),
    headers: { ...MULTIPART, ...headers },
    chunks: withData(size, field),
  });

/** A body with one file. If the form is for an entry, the entry's data come before the file. */
async function* withData(size: number, field: string) {
  if (field !== 'files') {
    const [boundary] = String(MULTIPART['content-type']).split('boundary=').slice(1);
    yield `--${boundary}\r\nContent-Disposition: form-data; name="data"\r\n\r\n{"name":"Chez Test"}\r\n`;
  }
  yield* multipartStream(size, field);
}

/** Everything that an upload can change: files, entries, and stored bytes. */
const look = async () => ({
  state: await stateOf(server),
  files: await server.inside((strapi) =>
    strapi.db.query('plugin::upload.file').findMany({ select: ['id', 'name', 'updatedAt'] })
  ),
  entries: await server.inside((strapi) =>
    strapi.db.query('api::restaurant.restaurant' as 'plugin::upload.file').count()
  ),
});

describe.each(WAYS)('$name', (way) => {
  it.each(['anonymous', 'forbidden'] as const)(
    'comes not in from %s callers: no byte is written, no row is changed',
    async (who) => {
      const before = await look();
      const written = await bytesWritten(server);
      const { status } = await sendTo(way, callers[way.side][who], LARGE);

      expect([401, 403]).toContain(status);
      expect((await bytesWritten(server)) - written).toBeLessThan(LITTLE);
      expect(await look()).toEqual(before);
    }
  );

  it('comes in from who may', async () => {
    const before = await look();
    const written = await bytesWritten(server);
    const { status } = await sendTo(way, callers[way.side].allowed, SMALL);

    expect([200, 201]).toContain(status);
    if (way.name !== 'a changed asset') {
      expect((await bytesWritten(server)) - written).toBeGreaterThan(SMALL);
    }
    expect(await look()).not.toEqual(before);
  });
});

describe('an import of a URL', () => {
  const importOne = (headers: Headers) =>
    request(server.url)
      .post('/upload/actions/upload-from-urls')
      .set(headers)
      .send({ urls: [`${site.url}/a.txt`] })
      .buffer(true)
      .parse((res, done) => void res.on('data', () => {}).on('end', () => done(null, '')));

  it.each(['anonymous', 'forbidden'] as const)('is not begun for %s callers', async (who) => {
    const before = await look();
    const { status } = await importOne(callers.admin[who]);

    expect([401, 403]).toContain(status);
    expect(fetched).toBe(0);
    expect(await look()).toEqual(before);
  });

  it('is made for who may', async () => {
    const before = (await look()).files.length;
    await importOne(callers.admin.allowed).expect(200);

    expect(fetched).toBe(1);
    expect((await look()).files).toHaveLength(before + 1);
  });
});
