import request, { type Test } from 'supertest';
import { editor, superAdmin, type AdminClient } from '../support/admin';
import { apiToken, member, type Headers } from '../support/callers';
import { expectNothingLeftOver, expectTrueLedger } from '../support/consistency';
import { countsOf, setLimits, tidyCounts } from '../support/limits';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { bytesWritten } from '../support/process';
import { MULTIPART, multipart, multipartStream, send } from '../support/raw';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';
import { sharedServer } from '../support/shared';
import { stateOf } from '../support/state';
import { importUrls, startSite } from '../support/url-import';

const AUTHOR = 'strapi-author';
const [UPLOAD = ''] = UPLOAD_ACTIONS;
const ENTRY_ACTIONS = ['create', 'update'].map((action) => `api::restaurant.restaurant.${action}`);

let server: Server;
let admin: AdminClient;
let author: AdminClient;

beforeAll(async () => {
  const urlImport = { allowedNetworks: ['127.0.0.2/32'], timeout: 5000 };
  server = await sharedServer({ urlImport });
  await allowPublic(server, [...UPLOAD_ACTIONS, ...ENTRY_ACTIONS]);
  admin = await superAdmin(server);
  author = await editor(server, admin, 'ann', [
    { action: 'plugin::upload.read' },
    { action: 'plugin::upload.assets.create' },
    { action: 'plugin::upload.assets.update' },
  ]);
  // Gives the editor the role that Strapi makes for authors, because limits name roles by their code.
  await server.inside(async (strapi, code) => {
    const role = await strapi.db.query('admin::role').findOne({ where: { code } });
    const made = await strapi.db.query('admin::role').findOne({ where: { name: 'ann' } });
    const user = await strapi.db
      .query('admin::user')
      .findOne({ where: { email: 'ann@example.org' } });
    const roles = [made.id, role.id];
    await strapi.db.query('admin::user').update({ where: { id: user.id }, data: { roles } });
  }, AUTHOR);
});
afterAll(() => server.stop());

/** Sends files of these sizes as one request. */
const upload = (sizes: number[], headers: Headers = {}, path = '/api/upload'): Test => {
  const sent = request(server.url).post(path).set(headers);
  sizes.forEach((size, index) => sent.attach('files', Buffer.alloc(size, 'x'), `${index}.txt`));
  return sent;
};
const statusesOf = async (...sent: Test[]) => {
  const statuses = [];
  for (const one of sent) {
    statuses.push((await one).status);
  }
  return statuses;
};

const setBatch = (batch: string) =>
  server.inside((strapi, batch) => void strapi.config.set('plugin::upload.batch', batch), batch);

/** Expects that `work` changes nothing: the server stores nothing and counts nothing of a request. */
async function expectRefusedWhole(work: () => Promise<unknown>): Promise<void> {
  const before = { state: await stateOf(server), counts: await countsOf(server) };
  await work();
  expect({ state: await stateOf(server), counts: await countsOf(server) }).toEqual(before);
}

describe('the public', () => {
  it('brings so many files a day, and is told when it may again', async () => {
    await setLimits(server, { roles: { public: { filesPerDay: 3 } } });
    expect(await statusesOf(upload([10]), upload([20, 30]))).toEqual([201, 201]);
    expect(await countsOf(server)).toEqual({ 'role:public': [3, 60] });

    await expectRefusedWhole(async () => {
      const { status, headers, body } = await upload([1]);
      expect(status).toBe(429);
      const untilMidnight = (86_400_000 - (Date.now() % 86_400_000)) / 1000;
      expect(Math.abs(Number(headers['retry-after']) - untilMidnight)).toBeLessThan(30);
      const message =
        'This upload would exceed the limit of 3 files a day for the role "public". The next day begins at 00:00 UTC.';
      expect(body).toEqual({
        data: null,
        error: {
          status: 429,
          name: 'RateLimitError',
          message,
          details: { errors: [{ code: 'FILES_PER_DAY', message }] },
        },
      });
    });
  });

  it('brings so many bytes a day, to the byte', async () => {
    await setLimits(server, { roles: { public: { bytesPerDay: 100 } } });
    expect((await upload([60])).status).toBe(201);
    await expectRefusedWhole(async () => {
      // The first file alone would not exceed the limit.
      const { status, body } = await upload([20, 21]);
      expect(status).toBe(429);
      expect(body.error.details.errors[0].code).toBe('BYTES_PER_DAY');
    });
    expect(await statusesOf(upload([40]), upload([1]))).toEqual([201, 429]);
    expect(await countsOf(server)).toEqual({ 'role:public': [2, 100] });
  });

  it('has the rest of a file thrown away that is too much', async () => {
    await setLimits(server, { roles: { public: { bytesPerDay: 1_000_000 } } });
    await expectRefusedWhole(async () => {
      const before = await bytesWritten(server);
      const chunks = multipartStream(256 * 2 ** 20);
      const { status } = await send(server.url, { headers: MULTIPART, chunks });
      expect(status).toBe(429);
      expect((await bytesWritten(server)) - before).toBeLessThan(3_000_000);
    });
  });

  it('brings files of a size at most: 413, as for sizeLimit', async () => {
    await setLimits(server, { roles: { public: { bytesPerFile: 1000 } } });
    expect((await upload([1000])).status).toBe(201);
    await expectRefusedWhole(async () => {
      const { status, body } = await upload([10, 1001]);
      expect(status).toBe(413);
      expect(body.error).toMatchObject({
        name: 'PayloadTooLargeError',
        message: '1.txt exceeds size limit of 1 KB.',
        details: { errors: [{ code: 'TOO_LARGE', file: '1.txt' }] },
      });
    });
    // Without a limit per day the plugin counts nothing.
    expect(await countsOf(server)).toEqual({});
  });

  it('begins anew the next day, and rows of former days go', async () => {
    await setLimits(server, { roles: { public: { filesPerDay: 1 } } });
    expect(await statusesOf(upload([1]), upload([1]))).toEqual([201, 429]);
    const laterBy = (days: number) =>
      server.inside((_strapi, ms) => {
        const own = globalThis as unknown as { realNow?: () => number };
        const realNow = (own.realNow ??= Date.now);
        Date.now = () => realNow() + ms;
      }, days * 86_400_000);
    const rows = () =>
      server.inside(async (strapi) => (await strapi.db.getConnection('upload_counts')).length);
    try {
      await laterBy(1);
      expect(await statusesOf(upload([1]), upload([1]))).toEqual([201, 429]);
      await tidyCounts(server);
      // Yesterday's counts stay for requests that began before midnight.
      expect(await rows()).toBe(2);
      await laterBy(2);
      await tidyCounts(server);
      expect(await rows()).toBe(1);
    } finally {
      await laterBy(0);
    }
  });

  it('has nothing counted of what was refused, left out or deleted, and gets nothing back', async () => {
    await setLimits(server, { roles: { public: { filesPerDay: 2, bytesPerDay: 100_000 } } });
    await expectRefusedWhole(async () => {
      const broken = await upload([10]).attach('files', Buffer.from('no picture'), 'a.png');
      expect(broken.status).toBe(400);
      const badInfo = await upload([10]).field('fileInfo', '{');
      expect(badInfo.status).toBe(400);
    });
    await setBatch('partial');
    const partial = await upload([10]).attach('files', Buffer.from('no picture'), 'a.png');
    await setBatch('all');
    expect([partial.status, partial.body.length]).toEqual([201, 1]);
    expect(await countsOf(server)).toEqual({ 'role:public': [1, 10] });

    const { body } = await upload([10]).expect(201);
    await request(server.url).delete(`/api/upload/files/${body[0].id}`).expect(200);
    expect((await upload([10])).status).toBe(429);
    expect(await countsOf(server)).toEqual({ 'role:public': [2, 20] });
  });

  it('has originals counted as they were received, without the sizes that are made of them', async () => {
    await setLimits(server, { roles: { public: { bytesPerDay: 10_000_000 } } });
    const photo = await samples.jpeg();
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><path d="M0 0h9"/></svg>'
    );
    await request(server.url)
      .post('/api/upload')
      .attach('files', photo, 'a.jpg')
      .attach('files', svg, 'a.svg')
      .expect(201);
    expect(await countsOf(server)).toEqual({ 'role:public': [2, photo.length + svg.length] });
  });
});

describe('replacing', () => {
  it('counts as bringing a file; words about one do not', async () => {
    await setLimits(server, { roles: { public: { filesPerDay: 2 } } });
    const { body } = await upload([10]).expect(201);
    const path = `/api/upload?id=${body[0].id}`;
    expect((await upload([20], {}, path)).status).toBe(200);
    expect(await countsOf(server)).toEqual({ 'role:public': [2, 30] });
    await expectRefusedWhole(async () => {
      expect((await upload([5], {}, path)).status).toBe(429);
    });
    const words = () => request(server.url).post(path).field('fileInfo', '{"caption":"c"}');
    expect((await words()).status).toBe(200);
    // Send a form with a file input in which the user chose nothing.
    const unfilled = await send(server.url, {
      path,
      headers: MULTIPART,
      chunks: [
        multipart([
          { name: 'files', params: 'filename=""', content: '' },
          { name: 'fileInfo', content: '{"caption":"d"}' },
        ]),
      ],
    });
    expect(unfilled.status).toBe(200);
  });
});

describe('users and tokens', () => {
  it('have limits of their own, beside that of all who have the role', async () => {
    const [bob, eve] = [
      await member(server, 'bob', [UPLOAD]),
      await member(server, 'eve', [UPLOAD]),
    ];
    await setLimits(server, {
      roles: { authenticated: { filesPerDay: 5, bytesPerFile: 500, perUser: { filesPerDay: 3 } } },
      users: { [eve.id]: { filesPerDay: 4, bytesPerFile: 100 } },
    });
    expect(await statusesOf(upload([501], bob.headers), upload([101], eve.headers))).toEqual([
      413, 413,
    ]);
    const own = await upload([1, 1, 1, 1], bob.headers);
    expect([own.status, own.body.error.message]).toEqual([
      429,
      expect.stringContaining('3 files a day for this user'),
    ]);
    expect(await statusesOf(upload([500, 1, 1], bob.headers), upload([1], bob.headers))).toEqual([
      201, 429,
    ]);
    const shared = await upload([1, 1, 1], eve.headers);
    expect([shared.status, shared.body.error.message]).toEqual([
      429,
      expect.stringContaining('5 files a day for the role "authenticated"'),
    ]);
    expect((await upload([1, 1], eve.headers)).status).toBe(201);
    expect(await countsOf(server)).toEqual({
      'role:authenticated': [5, 504],
      [`user:${bob.id}`]: [3, 502],
      [`user:${eve.id}`]: [2, 2],
    });
    // The limits of the role `authenticated` do not apply to the public.
    expect((await upload([1000])).status).toBe(201);
  });

  it('are limited by the name of their token', async () => {
    const app = await apiToken(server, 'mobile app', [UPLOAD]);
    const other = await apiToken(server, 'other', [UPLOAD]);
    await setLimits(server, { tokens: { 'mobile app': { bytesPerDay: 50, bytesPerFile: 40 } } });
    expect(
      await statusesOf(
        upload([41], app.headers),
        upload([40], app.headers),
        upload([11], app.headers),
        upload([1000], other.headers)
      )
    ).toEqual([413, 201, 429, 201]);
    expect(await countsOf(server)).toEqual({ [`token:${app.id}`]: [1, 40] });
  });
});

describe('callers without limits', () => {
  it('cost no query', async () => {
    await setLimits(server, { roles: { authenticated: { filesPerDay: 1 } } });
    await server.inside((strapi) => {
      const own = globalThis as unknown as { asked: string[] };
      own.asked = [];
      strapi.db.connection.on('query', ({ sql }: { sql: string }) => void own.asked.push(sql));
    });
    expect((await upload([10])).status).toBe(201);
    const queries = await server.inside(() => (globalThis as unknown as { asked: string[] }).asked);
    expect(queries.filter((sql) => sql.includes('upload_ledger'))).not.toEqual([]);
    expect(queries.filter((sql) => sql.includes('upload_counts'))).toEqual([]);
  });
});

describe('the Media Library', () => {
  const bring = (client: AdminClient, path: string, size: number) =>
    client.post(path).attach('files', Buffer.alloc(size, 'x'), 'a.txt');

  it('limits editors by their roles: new files, replacements', async () => {
    await setLimits(server, {
      roles: { [AUTHOR]: { perUser: { filesPerDay: 3 }, bytesPerFile: 100 } },
    });
    const { body } = await bring(author, '/upload', 10).expect(201);
    expect(
      await statusesOf(
        bring(author, '/upload/files', 101),
        bring(author, '/upload/files', 20),
        bring(author, `/upload/files/${body[0].id}/replace`, 30)
      )
    ).toEqual([413, 201, 200]);
    await expectRefusedWhole(async () => {
      const { status, headers } = await bring(author, '/upload', 1);
      expect([status, Number(headers['retry-after'])]).toEqual([429, expect.any(Number)]);
      expect((await bring(author, `/upload?id=${body[0].id}`, 1)).status).toBe(429);
    });
    expect(Object.values(await countsOf(server))).toEqual([[3, 60]]);
    expect((await bring(admin, '/upload', 1000)).status).toBe(201);
  });

  it('limits what is fetched by its URL', async () => {
    const site = await startSite('127.0.0.2', (req, res) => {
      res.end(Buffer.alloc(Number(req.url!.slice(1)), 'x'));
    });
    try {
      await setLimits(server, { roles: { [AUTHOR]: { bytesPerDay: 100, bytesPerFile: 80 } } });
      const urls = [81, 60, 41, 40].map((size) => `${site.url}/${size}`);
      const events = await importUrls(author, { urls });
      const { data, errors } = events.at(-1)!.data as { data: object[]; errors: object[] };
      expect(data).toHaveLength(2);
      expect(errors).toEqual([
        { name: urls[0], message: 'File too large: maximum allowed size is 80 Bytes' },
        {
          name: urls[2],
          message: expect.stringContaining('100 Bytes a day for the role "strapi-author"'),
        },
      ]);
      expect(await countsOf(server)).toEqual({ [`role:${AUTHOR}`]: [2, 100] });
    } finally {
      await site.close();
    }
  });
});

describe('files that come with an entry', () => {
  const entry = (size: number, data: object) =>
    request(server.url)
      .post('/api/restaurants')
      .field('data', JSON.stringify(data))
      .attach('files.covers', Buffer.alloc(size, 'x'), 'a.txt');

  it('are limited, and count only with their entry', async () => {
    await setLimits(server, { roles: { public: { filesPerDay: 2, bytesPerFile: 100 } } });
    expect((await entry(50, { name: 'Chez Test' })).status).toBe(201);
    await expectRefusedWhole(async () => {
      expect((await entry(101, { name: 'Chez Test' })).status).toBe(413);
      // The file was stored and counted, then Strapi's controller refused the entry. The plugin has undone both.
      expect((await entry(50, { name: { wrong: true } })).status).toBe(400);
    });
    expect((await entry(50, { name: 'Chez Test' })).status).toBe(201);
    await expectRefusedWhole(async () => {
      const { status, headers } = await entry(1, { name: 'Chez Test' });
      expect([status, Number(headers['retry-after'])]).toEqual([429, expect.any(Number)]);
    });
    const alone = request(server.url).post('/api/restaurants').field('data', '{"name":"alone"}');
    expect((await alone).status).toBe(201);
    expect(await countsOf(server)).toEqual({ 'role:public': [2, 100] });
  });
});

it('leaves nothing behind', async () => {
  await expectNothingLeftOver(server);
  await expectTrueLedger(server);
});

it("holds on a project's own route to the action, whose form Strapi has read", async () => {
  const own = await startServer({
    files: {
      'src/api/own/routes/own.js': `module.exports = { routes: [
        { method: 'POST', path: '/own', handler: 'plugin::upload.content-api.upload',
          config: { auth: { scope: ['plugin::upload.content-api.upload'] } } },
      ] };`,
    },
  });
  try {
    await allowPublic(own, UPLOAD_ACTIONS);
    await setLimits(own, { roles: { public: { filesPerDay: 2, bytesPerFile: 100 } } });
    const bring = async (size: number, query = '') => {
      const sent = request(own.url).post(`/api/own${query}`);
      const { status, body } = await sent.attach('files', Buffer.alloc(size, 'x'), 'a.txt');
      return { status, id: body[0]?.id };
    };
    expect((await bring(101)).status).toBe(413);
    const { status, id } = await bring(60);
    expect(status).toBe(201);
    expect((await bring(40, `?id=${id}`)).status).toBe(200);
    expect([(await bring(1)).status, (await bring(1, `?id=${id}`)).status]).toEqual([429, 429]);
    expect(await countsOf(own)).toEqual({ 'role:public': [2, 100] });
    // Only `uploads` is compared, because Strapi's parser does not remove its temporary files of refused requests.
    expect((await stateOf(own)).uploads).toHaveLength(1);
  } finally {
    await own.stop();
  }
});

it('counts files as well that a parser of the project has read', async () => {
  const parser = `
    const fs = require('node:fs');
    const path = require('node:path');
    module.exports = (_config, { strapi }) => async (ctx, next) => {
      const size = Number(ctx.get('x-own-size'));
      if (size) {
        for await (const chunk of ctx.req);
        const filepath = path.join(strapi.dirs.app.root, 'own.txt');
        fs.writeFileSync(filepath, 'x'.repeat(size));
        const file = { filepath, originalFilename: 'own.txt', mimetype: 'text/plain', size };
        ctx.request.body = {};
        ctx.request.files = { files: size > 50 ? [file, file] : file };
      }
      await next();
    };`;
  const own = await startServer({
    files: {
      'src/middlewares/own.js': parser,
      'config/middlewares.js': `module.exports = ['strapi::errors', 'strapi::security', 'strapi::cors', 'global::own', 'strapi::query',
        'strapi::body', 'strapi::session', 'strapi::favicon', 'strapi::public'];`,
    },
  });
  try {
    await allowPublic(own, UPLOAD_ACTIONS);
    await setLimits(own, { roles: { public: { filesPerDay: 3, bytesPerFile: 100 } } });
    const bring = async (size: number) => {
      const headers = { ...MULTIPART, 'x-own-size': String(size) };
      const { status } = await send(own.url, { headers, chunks: [multipart([])] });
      return status;
    };
    expect([await bring(101), await bring(60), await bring(40), await bring(1)]).toEqual([
      413, 201, 201, 429,
    ]);
    expect(await countsOf(own)).toEqual({ 'role:public': [3, 160] });
    await expectNothingLeftOver(own);
  } finally {
    await own.stop();
  }
});
