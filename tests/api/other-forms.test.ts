import { readdir, readFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { pluginsWith } from '../support/config';
import { eventually } from '../support/ledger';
import { bytesWritten, LITTLE } from '../support/process';
import { MULTIPART, multipart, multipartStream, send } from '../support/raw';
import { startServer, type Server, type ServerOptions } from '../support/server';

const SIZE = 16 * 2 ** 20;

/** Routes of the project that read forms. Strapi's body parser has parsed the forms before. */
const OWN_ROUTES = {
  'src/api/own/routes/own.js': `module.exports = { routes: [
    ...['read', 'fail', 'move', 'hold', 'stream'].map((name) => (
      { method: 'POST', path: '/own/' + name, handler: 'own.' + name, config: { auth: false } })),
    { method: 'POST', path: '/own/closed', handler: 'own.read' },
  ] };`,
  'src/api/own/controllers/own.js': `const fs = require('node:fs');
  const path = require('node:path');
  const fileIn = (ctx) => ctx.request.files.avatar;
  module.exports = {
    async read(ctx) {
      const { filepath, originalFilename } = fileIn(ctx);
      const text = await fs.promises.readFile(filepath, 'utf8');
      ctx.body = { originalFilename, size: text.length, name: ctx.request.body.name };
    },
    async fail(ctx) { throw new Error('own failure'); },
    async move(ctx) {
      await fs.promises.rename(fileIn(ctx).filepath, path.join(process.cwd(), 'moved.txt'));
      ctx.body = {};
    },
    async hold(ctx) {
      const handle = await fs.promises.open(fileIn(ctx).filepath);
      globalThis.readHeld = async () => {
        const text = await fs.promises.readFile(fileIn(ctx).filepath, 'utf8');
        await handle.close();
        return text.length;
      };
      ctx.body = {};
    },
    async stream(ctx) { ctx.body = fs.createReadStream(fileIn(ctx).filepath); },
  };`,
};

const start = ({ files, ...options }: ServerOptions = {}, config: object = {}) =>
  startServer({
    ...options,
    files: { ...OWN_ROUTES, 'config/plugins.js': pluginsWith({ ...config }), ...files },
  });

const post = (server: Server, route: string) =>
  send(server.url, {
    path: route,
    headers: MULTIPART,
    chunks: [
      multipart([
        { name: 'name', content: 'Ann' },
        {
          name: 'avatar',
          params: 'filename="me.txt"',
          type: 'text/plain',
          content: 'x'.repeat(5000),
        },
      ]),
    ],
  });

const leftOver = (server: Server) => readdir(server.project.temp);
const expectNothingLeft = (server: Server) =>
  eventually(async () => (await leftOver(server)).length === 0, 'no temporary file is left');

describe('a form to a route that is not this plugin’s', () => {
  let server: Server;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it.each(['/nowhere', '/api/nowhere', '/api/own', '/upload/nothing/here'])(
    'that does not exist is not read: %s',
    async (route) => {
      const before = await bytesWritten(server);
      const chunks = multipartStream(SIZE, 'avatar');
      const { status } = await send(server.url, { path: route, headers: MULTIPART, chunks });
      expect([404, 405]).toContain(status);
      expect((await bytesWritten(server)) - before).toBeLessThan(LITTLE);
      expect(await leftOver(server)).toEqual([]);
    }
  );

  it('that refuses it leaves nothing', async () => {
    const chunks = multipartStream(SIZE, 'avatar');
    const path = '/api/own/closed';
    const { status } = await send(server.url, { path, headers: MULTIPART, chunks });
    expect([401, 403]).toContain(status);
    await expectNothingLeft(server);
  });

  it('that fails leaves nothing', async () => {
    expect((await post(server, '/api/own/fail')).status).toBe(500);
    await expectNothingLeft(server);
  });

  it('that reads it gets it as before, and leaves nothing', async () => {
    const { status, json } = await post(server, '/api/own/read');
    expect([status, json()]).toEqual([
      200,
      { originalFilename: 'me.txt', size: 5000, name: 'Ann' },
    ]);
    await expectNothingLeft(server);
  });

  it('that answers with the file sends all of it, and leaves nothing', async () => {
    expect((await post(server, '/api/own/stream')).body).toHaveLength(5000);
    await expectNothingLeft(server);
  });

  it('that moves the file keeps it', async () => {
    expect((await post(server, '/api/own/move')).status).toBe(200);
    await expectNothingLeft(server);
    const moved = await readFile(path.join(server.project.dir, 'moved.txt'), 'utf8');
    expect(moved).toHaveLength(5000);
  });

  it.each([
    ['in a file', (body: Buffer) => body.indexOf('xxx') + 1000],
    ['in the second file', (body: Buffer) => body.lastIndexOf('xxx')],
    ['behind the last file', (body: Buffer) => body.length - 5],
  ])('whose client goes away %s leaves nothing', async (_where, cut) => {
    const two = multipart(
      ['one', 'two'].map((name) => ({
        name,
        params: `filename="${name}.txt"`,
        type: 'text/plain',
        content: 'x'.repeat(200_000),
      }))
    );
    const { hostname, port } = new URL(server.url);
    const socket = net.connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(
      `POST /api/own/read HTTP/1.1\r\nHost: a\r\nContent-Length: ${two.length}\r\n` +
        `Content-Type: ${MULTIPART['content-type']}\r\n\r\n`
    );
    socket.write(two.subarray(0, cut(two)));
    await eventually(async () => (await leftOver(server)).length > 0, 'a file is being written');
    socket.resetAndDestroy();
    await expectNothingLeft(server);
  });

  it.each([
    [
      'is malformed',
      multipart([
        {
          name: 'avatar',
          params: 'filename="a.txt"',
          type: 'text/plain',
          content: 'x'.repeat(200_000),
        },
      ]).subarray(0, -6),
    ],
    [
      'has a part that is malformed',
      Buffer.concat([
        multipart([
          {
            name: 'avatar',
            params: 'filename="a.txt"',
            type: 'text/plain',
            content: 'x'.repeat(200_000),
          },
        ]).subarray(0, -4),
        Buffer.from('\r\nnonsense\r\n'),
      ]),
    ],
  ])('that %s leaves nothing', async (_what, body) => {
    const { status } = await send(server.url, {
      path: '/api/own/read',
      headers: MULTIPART,
      chunks: [body],
    });
    expect(status).toBeGreaterThanOrEqual(400);
    await expectNothingLeft(server);
  });

  it('that works on the file after its answer can do so', async () => {
    expect((await post(server, '/api/own/hold')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const read = await server.inside(() =>
      (globalThis as unknown as { readHeld: () => Promise<number> }).readHeld()
    );
    expect(read).toBe(5000);
  });
});

const ANSWERS_ITSELF = `async (ctx, next) => {
  if (ctx.path !== '/taken-by-code') return next();
  ctx.body = { name: ctx.request.body.name, file: ctx.request.files.avatar.originalFilename };
}`;

const MIDDLEWARES = `module.exports = [
  'strapi::errors', 'strapi::security', 'strapi::cors', 'strapi::query', 'strapi::body',
  'global::own', 'strapi::session', 'strapi::favicon', 'strapi::public',
];`;

it.each<[string, Record<string, string>]>([
  [
    'a project’s global middleware',
    {
      'src/middlewares/own.js': `module.exports = () => ${ANSWERS_ITSELF};`,
      'config/middlewares.js': MIDDLEWARES,
    },
  ],
  [
    'a middleware that a plugin adds',
    {
      'src/index.js': `module.exports = {
        register() {},
        bootstrap({ strapi }) { strapi.server.use(${ANSWERS_ITSELF}); },
      };`,
    },
  ],
])('%s behind the body parser gets forms as before', async (_what, files) => {
  const server = await start({ files });
  try {
    const { status, json } = await post(server, '/taken-by-code');
    expect([status, json()]).toEqual([200, { name: 'Ann', file: 'me.txt' }]);
    await expectNothingLeft(server);
  } finally {
    await server.stop();
  }
});

it('files in a folder that the project has chosen are the project’s', async () => {
  const middlewares = `const path = require('node:path');
    const uploadDir = path.join(process.cwd(), 'kept');
    require('node:fs').mkdirSync(uploadDir, { recursive: true });
    module.exports = [
      'strapi::errors', 'strapi::security', 'strapi::cors', 'strapi::query',
      { name: 'strapi::body', config: { formidable: { uploadDir } } },
      'strapi::session', 'strapi::favicon', 'strapi::public',
    ];`;
  const server = await start({ files: { 'config/middlewares.js': middlewares } });
  try {
    expect((await post(server, '/api/own/read')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await readdir(path.join(server.project.dir, 'kept'))).toHaveLength(1);
  } finally {
    await server.stop();
  }
});

it('with otherForms: "builtin" all is as without this plugin', async () => {
  const server = await start({}, { otherForms: 'builtin' });
  try {
    expect((await post(server, '/api/own/read')).status).toBe(200);
    expect((await post(server, '/nowhere')).status).toBe(405);
    expect(await leftOver(server)).toHaveLength(2);
  } finally {
    await server.stop();
  }
});
