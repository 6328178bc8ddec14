import request from 'supertest';
import { superAdmin } from '../support/admin';
import { sendFile, storeAsset } from '../support/api';
import { apiToken, type Headers } from '../support/callers';
import { pluginsWith } from '../support/config';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { bytesWritten, LITTLE } from '../support/process';
import { MULTIPART, multipartStream, send } from '../support/raw';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';

/*
 * Tests a project's middlewares that run before the route: what they see of the form, also when a request may not
 * upload. `tests/parity/projects.test.ts` compares projects with such code with the built-in plugin.
 */

const ENTRIES = ['find', 'create'].map((action) => `api::restaurant.restaurant.${action}`);

const SIZE = 300 * 2 ** 20;

const MIDDLEWARES = `module.exports = [
  'global::reports', 'strapi::logger', 'strapi::errors', 'strapi::security', 'strapi::cors', 'strapi::query', 'global::early',
  'strapi::body', 'strapi::session', 'strapi::favicon', 'strapi::public', 'global::inner', 'global::guard', 'global::cookie',
];`;

/**
 * A middleware that records, after the answer, what it sees of the request's form. `name` is its place in the chain.
 */
const reporter = (name: string) => `module.exports = () => async (ctx, next) => {
  try { await next(); } finally {
    const seen = () => JSON.stringify([ctx.request.body ?? null, ctx.request.files ?? null]);
    let text;
    try { text = seen(); } catch (error) { text = 'threw ' + error.message; }
    (globalThis.reports ??= []).push(${JSON.stringify(name)} + ' ' + text);
  }
};`;

const CODE = {
  'config/middlewares.js': MIDDLEWARES,
  'src/middlewares/reports.js': reporter('outer'),
  'src/middlewares/inner.js': reporter('inner'),
  'src/middlewares/early.js': 'module.exports = () => (ctx, next) => next();',
  'src/middlewares/guard.js': `module.exports = () => async (ctx, next) => {
    const look = ctx.get('x-look');
    if (look === 'files') {
      const files = Object.values(ctx.request.files ?? {}).flat();
      if (files.some(({ mimetype }) => !mimetype.startsWith('image/'))) {
        ctx.status = 415;
        ctx.body = { error: 'images only' };
        return;
      }
    }
    if (look === 'body' && ctx.request.body.captcha !== 'ok') {
      return ctx.badRequest('captcha');
    }
    if (look === 'data') {
      ctx.request.body.data = JSON.stringify({ ...JSON.parse(ctx.request.body.data), name: 'by the guard' });
    }
    await next();
  };`,
  'src/middlewares/cookie.js': `module.exports = () => async (ctx, next) => {
    const token = ctx.get('x-token');
    if (token) ctx.req.headers.authorization = token;
    await next();
  };`,
};

const start = (config: Record<string, unknown>): Promise<Server> =>
  startServer({ files: { ...CODE, 'config/plugins.js': pluginsWith(config) } });

const reports = (server: Server): Promise<string[]> =>
  server.inside(() => {
    const target = globalThis as { reports?: string[] };
    const found = target.reports ?? [];
    target.reports = [];
    return found;
  });

const large = async (server: Server, headers: Headers, path?: string) => {
  const before = await bytesWritten(server);
  const { status } = await send(server.url, {
    ...(path ? { path } : {}),
    headers: { ...MULTIPART, ...headers },
    chunks: multipartStream(SIZE),
  });
  return { status, written: (await bytesWritten(server)) - before };
};

const STRANGER = { Authorization: 'Bearer unknown' };

/** Servers by their value of the setting `receive`. */
const servers = new Map<string, Server>();
beforeAll(async () => {
  for (const receive of ['auto', 'route']) {
    const server = await start({ receive });
    await allowPublic(server, ['api::restaurant.restaurant.find']);
    servers.set(receive, server);
  }
});
afterAll(() => Promise.all([...servers.values()].map((server) => server.stop())));

describe.each(['auto', 'route'])('with a guard in front and "receive": "%s"', (receive) => {
  let server: Server;
  beforeAll(() => {
    server = servers.get(receive)!;
  });

  it.each([
    ['nobody', 'looks at files', { 'x-look': 'files' }, receive === 'auto' ? 403 : 500],
    ['nobody', 'looks at fields', { 'x-look': 'body' }, receive === 'auto' ? 403 : 500],
    ['nobody', 'does not look', {}, 403],
    [
      'a stranger',
      'looks at files',
      { ...STRANGER, 'x-look': 'files' },
      receive === 'auto' ? 401 : 500,
    ],
    ['a stranger', 'does not look', STRANGER, 401],
  ])('300 MB of %s are not read when it %s', async (_who, _looks, headers, expected) => {
    const { status, written } = await large(server, headers as Headers);
    expect(status).toBe(expected);
    expect(written).toBeLessThan(LITTLE);
  });

  it('300 MB of nobody for the Media Library and for an entry are not read', async () => {
    const look = { 'x-look': 'files' };
    const [asset, entry] = [
      await large(server, look, '/upload'),
      await large(server, look, '/api/restaurants'),
    ];
    expect([asset.status, entry.status]).toEqual(receive === 'auto' ? [401, 403] : [500, 500]);
    expect(asset.written + entry.written).toBeLessThan(LITTLE);
  });
});

describe('with code in front of the route', () => {
  let server: Server;
  let token: Headers;
  beforeAll(async () => {
    server = servers.get('auto')!;
    token = (await apiToken(server, 'uploads', [...UPLOAD_ACTIONS, ...ENTRIES])).headers;
  });
  beforeEach(() => reports(server));

  it('says once which code that is', async () => {
    await sendFile(server, 'a.txt', 'a').set(token).expect(201);
    await sendFile(server, 'a.txt', 'a').set(token).expect(201);
    const said = server.output().match(/forms are read before it.*/g);
    expect(said).toEqual([
      expect.stringContaining('global::inner, global::guard, global::cookie.'),
    ]);
  });

  it('a refused request shows an empty form to those who look at it afterwards', async () => {
    await sendFile(server, 'a.txt', 'a').set({ 'x-look': 'files' }).expect(403);
    await sendFile(server, 'a.txt', 'a').expect(403);
    await sendFile(server, 'a.txt', 'a').set(STRANGER).expect(401);
    const inner = 'threw Forbidden';
    expect(await reports(server)).toEqual([
      // The project's guard has thrown an error, so the request has not reached the route.
      expect.stringContaining(`inner ${inner}`),
      'outer [{},null]',
      'inner [{},null]',
      'outer [{},null]',
      'inner [{},null]',
      'outer [{},null]',
    ]);
  });

  it('who signs requests in behind it is told to do so before the form, once', async () => {
    const signed = { 'x-token': token.Authorization! };
    await sendFile(server, 'a.txt', 'a').set(signed).expect(201);
    await sendFile(server, 'a.txt', 'a').set(signed).expect(201);
    const said = server.output().match(/was refused before its route .* but allowed at its route/g);
    expect(said).toHaveLength(1);
    expect(server.output()).toContain('must come before "strapi::body"');
    // The guard has seen no form and has refused the request.
    await sendFile(server, 'a.txt', 'a')
      .set({ ...signed, 'x-look': 'files' })
      .expect(403);
  });

  it('a caller who signs in behind it has the own limits', async () => {
    await allowPublic(server, ['plugin::upload.content-api.upload']);
    await server.inside((strapi) => {
      const limits = { tokens: { uploads: { bytesPerFile: 10 } } };
      strapi.config.set('plugin::upload.limits', limits);
    });
    try {
      const signed = { 'x-token': token.Authorization! };
      await sendFile(server, 'a.txt', 'x'.repeat(11)).expect(201);
      await sendFile(server, 'a.txt', 'x'.repeat(11)).set(signed).expect(413);
      await sendFile(server, 'a.txt', 'x'.repeat(10)).set(signed).expect(201);
    } finally {
      await server.inside((strapi) => {
        strapi.config.set('plugin::upload.limits', {});
      });
    }
  });

  it('a queue in a wrapper mixes no requests up', async () => {
    await server.inside((strapi) => {
      const service = strapi.plugin('upload').service('upload');
      const { upload } = service;
      // The first call of `upload` waits in a queue. The second call runs both, one after the other, so that the first
      // upload runs within the second request.
      const jobs: Array<() => Promise<unknown>> = [];
      service.upload = (params: unknown) =>
        new Promise((resolve, reject) => {
          jobs.push(() => upload(params).then(resolve, reject));
          if (jobs.length === 2) {
            service.upload = upload;
            void jobs[0]!().then(jobs[1]);
          }
        });
    });
    const admin = await superAdmin(server);
    const bytes = Buffer.from('hello');
    const [own, api] = await Promise.all([
      storeAsset(admin, 'asset.txt', bytes),
      sendFile(server, 'api.txt', bytes).set(token).expect(201),
    ]);
    const rows = await server.inside(
      (strapi, ids) =>
        strapi.db.query('plugin::upload.file').findMany({
          where: { id: { $in: ids } },
          populate: ['createdBy', 'folder'],
          orderBy: 'name',
        }),
      [own.id, api.body[0].id]
    );
    expect(rows).toMatchObject([
      { name: 'api.txt', createdBy: null, folder: { name: 'API Uploads' } },
      { name: 'asset.txt', createdBy: { firstname: 'Ed' }, folder: null },
    ]);
  });

  it('an unknown file is not read for', async () => {
    const { status } = await sendFile(server, 'a.txt', 'a', { path: '/api/upload?id=999' }).set({
      ...token,
      'x-look': 'body',
    });
    expect(status).toBe(404);
  });

  it('sees the form of an entry, and what it changes counts', async () => {
    const post = (name: string, content: Buffer, look: string) =>
      request(server.url)
        .post('/api/restaurants?populate=cover')
        .set({ ...token, 'x-look': look })
        .field('data', JSON.stringify({ name: 'Chez Test' }))
        .attach('files.cover', content, name);
    expect((await post('a.txt', samples.csv(), 'files')).status).toBe(415);
    const { status, body } = await post('a.jpg', await samples.jpeg(), 'data');
    expect([status, body.data?.name, body.data?.cover?.name]).toEqual([
      201,
      'by the guard',
      'a.jpg',
    ]);
    expect(await server.uploaded()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^a_\w+\.jpg$/)])
    );
  });

  it('an entry that may not be made is not read', async () => {
    const { status, written } = await large(
      server,
      { ...STRANGER, 'x-look': 'files' },
      '/api/restaurants'
    );
    expect(status).toBe(401);
    expect(written).toBeLessThan(LITTLE);
  });
});

describe('with "receive": "route"', () => {
  let server: Server;
  beforeAll(async () => {
    server = servers.get('route')!;
    await allowPublic(server, UPLOAD_ACTIONS);
  });

  it('code in front that looks at the form is told which setting keeps it away', async () => {
    const { status } = await sendFile(server, 'a.txt', 'a').set({ 'x-look': 'files' });
    expect(status).toBe(500);
    expect(server.output()).toContain('If the setting "receive" of the upload plugin is');
  });

  it('code that does not look lets the request pass', async () => {
    await sendFile(server, 'a.txt', 'a').expect(201);
    expect((await reports(server)).at(-1)).toMatch(/^outer \[\{/);
  });
});

describe('with code in a router itself', () => {
  it('forms are read before it', async () => {
    const index = `module.exports = { register({ strapi }) {
      strapi.server.api('content-api').use((ctx, next) =>
        ctx.request.files?.files ? ctx.badRequest('no files') : next());
    } };`;
    const server = await startServer({ files: { 'src/index.js': index } });
    try {
      await allowPublic(server, UPLOAD_ACTIONS);
      const { status, body } = await sendFile(server, 'a.txt', 'a');
      expect([status, body.error.message]).toEqual([400, 'no files']);
    } finally {
      await server.stop();
    }
  });
});

describe('without code in front', () => {
  let server: Server;
  beforeAll(async () => {
    const options = `{ name: 'strapi::body', config: { formidable: { uploadDir: './own', multiples: true, maxFields: 5 } } }`;
    const middlewares = `module.exports = ['strapi::logger', 'strapi::errors', 'strapi::security', 'strapi::cors',
      'strapi::query', ${options}, 'strapi::favicon', 'strapi::public'];`;
    server = await startServer({ files: { 'config/middlewares.js': middlewares } });
    await allowPublic(server, UPLOAD_ACTIONS);
  });
  afterAll(() => server.stop());

  it('names each option of formidable that has no effect', () => {
    expect(server.output()).toContain(
      'formidable.uploadDir of strapi::body has no effect on uploads'
    );
    expect(server.output()).toContain(
      'formidable.multiples of strapi::body has no effect on uploads'
    );
    expect(server.output()).not.toContain('formidable.maxFields of');
  });

  it('authenticates an upload once, and says nothing of code in front', async () => {
    await server.inside((strapi) => {
      const auth = strapi.get('auth') as { authenticate(...args: unknown[]): unknown };
      const { authenticate } = auth;
      Object.assign(globalThis, { asked: 0 });
      auth.authenticate = (...args) => {
        (globalThis as unknown as { asked: number }).asked += 1;
        return authenticate(...args);
      };
    });
    await sendFile(server, 'a.txt', 'a').expect(201);
    const asked = await server.inside(() => (globalThis as unknown as { asked: number }).asked);
    expect(asked).toBe(1);
    expect(server.output()).not.toContain('forms are read before');
  });

  it('a service that gets files as Strapi 4 describes them names the new properties', async () => {
    const told = await server.inside((strapi) =>
      strapi
        .plugin('upload')
        .service('upload')
        .upload({
          data: {},
          files: { path: '/nowhere', name: 'a.txt', type: 'text/plain', size: 1 },
        })
        .catch((error: Error) => error.message)
    );
    expect(told).toBe(
      'A file that is passed to the service "upload" of the plugin "upload" must have "filepath" (Strapi 4: "path"), ' +
        '"originalFilename" (Strapi 4: "name"), "mimetype" (Strapi 4: "type").'
    );
  });
});
