import { appendFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { get, storeFile } from '../support/api';
import { pluginsWith } from '../support/config';
import { eventually } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { quarters } from '../support/pixels';
import { send } from '../support/raw';
import { CONTENT, fillFolder, MODIFIED } from '../support/served-files';
import { startServer, type Server } from '../support/server';

type Headers = Record<string, string>;

/** A global middleware of the project that counts the requests that it sees, and collects all database queries. */
const COUNTING = {
  'config/middlewares.js': `module.exports = [
    'global::seen', 'strapi::logger', 'strapi::errors', 'strapi::security',
    { name: 'strapi::cors', config: { origin: ['https://friend.example'] } },
    'strapi::poweredBy', 'strapi::query', 'strapi::body', 'strapi::session', 'strapi::favicon',
    'strapi::public',
  ];`,
  // The CORS settings of one route must not affect served files.
  'src/api/own/routes/own.js': `module.exports = { routes: [{
    method: 'GET', path: '/own', handler: (ctx) => { ctx.body = 'own'; },
    config: { auth: false, middlewares: [
      { name: 'strapi::cors', config: { origin: ['https://other.example'] } },
    ] },
  }] };`,
  'src/middlewares/seen.js': `module.exports = () => (ctx, next) => {
    globalThis.seen = (globalThis.seen ?? 0) + 1;
    return next();
  };`,
  'src/index.js': `module.exports = { bootstrap({ strapi }) {
    globalThis.queries = [];
    strapi.db.connection.on('query', ({ sql }) => globalThis.queries.push(sql));
  } };`,
};

const start = async (config: Record<string, unknown>) => {
  const server = await startServer({
    files: { ...COUNTING, 'config/plugins.js': pluginsWith(config) },
  });
  await fillFolder(server.project.uploads);
  return server;
};

/** Requests a file. Returns the answer, the number of requests that the middleware saw, and the database queries. */
async function observe(server: Server, name: string, headers: Headers = {}) {
  const reset = () =>
    server.inside(() => {
      const counts = globalThis as unknown as { seen: number; queries: string[] };
      const was = { seen: counts.seen ?? 0, queries: counts.queries };
      Object.assign(counts, { seen: 0, queries: [] });
      return was;
    });
  await reset();
  const answer = await send(server.url, { method: 'GET', path: `/uploads/${name}`, headers });
  return { answer, ...(await reset()) };
}

/** Number of a server's open files whose name begins with this text. */
const openFiles = (server: Server, name: string): Promise<number> =>
  server.inside((_strapi, name) => {
    const fs = process.getBuiltinModule('node:fs');
    const targets = fs.readdirSync('/proc/self/fd').map((fd) => {
      try {
        return fs.readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return '';
      }
    });
    return targets.filter((target) => target.includes(`/uploads/${name}`)).length;
  }, name);

/**
 * Expects that the server closes all files with this name itself. A file that the server forgets is closed later by the
 * garbage collector, which prints a warning.
 */
async function expectAllClosed(server: Server, name: string): Promise<void> {
  await eventually(async () => (await openFiles(server, name)) === 0, `${name} is closed`);
  expect(server.output()).not.toMatch(/garbage collection/);
}

/** Makes a sparse file of zeros that is too large for memory. */
async function makeLarge(server: Server, name: string): Promise<void> {
  const file = path.join(server.project.uploads, name);
  await writeFile(file, '');
  await truncate(file, 300_000_000);
}

/** Advances the server's clock, so that the last written file is old enough for the cache in memory. */
const settle = (server: Server) =>
  server.inside(() => {
    const now = Date.now;
    Date.now = () => now() + 5000;
  });

describe.each([
  ['the ordinary place', false],
  ['the early place', true],
])('serving in %s', (_name, early) => {
  let server: Server;
  beforeAll(async () => {
    server = await start({ serving: { early } });
  });
  afterAll(() => server.stop());

  it(`is ${early ? 'not ' : ''}seen by the project's middlewares, and asks no database`, async () => {
    for (const headers of [{}, { range: 'bytes=0-3' }, { 'if-none-match': '*' }] as Headers[]) {
      const { answer, seen, queries } = await observe(server, 'file.txt', headers);
      expect(answer.status).toBeLessThan(400);
      expect([seen, queries]).toEqual([early ? 0 : 1, []]);
      expect(answer.headers['x-powered-by']).toBe(early ? undefined : 'Strapi <strapi.io>');
    }
  });

  it('answers what is not there as the rest of Strapi does', async () => {
    const { answer, seen } = await observe(server, 'missing.txt');
    expect([answer.status, seen]).toEqual([404, 1]);
    expect(answer.json()).toMatchObject({ error: { name: 'NotFoundError' } });
  });

  it('lets those origins read that the project names', async () => {
    const origin = async (name: string) => {
      const { answer } = await observe(server, 'file.txt', { origin: name });
      return answer.headers['access-control-allow-origin'];
    };
    expect(await origin('https://friend.example')).toBe('https://friend.example');
    expect(await origin('https://other.example')).not.toBe('https://other.example');
  });

  it('breaks the connection when a file is cut short while it is sent', async () => {
    const file = path.join(server.project.uploads, 'cut.bin');
    // The file is larger than the buffers of the connection, so the server is still sending it when the test cuts it.
    await makeLarge(server, 'cut.bin');
    const response = await fetch(`${server.url}/uploads/cut.bin`);
    const reader = response.body!.getReader();
    await reader.read();
    await truncate(file, 1000);
    const rest = (async () => {
      while (!(await reader.read()).done);
    })();
    await expect(rest).rejects.toThrow('terminated');
    await appendFile(file, 'x');
    expect((await fetch(`${server.url}/uploads/cut.bin`)).status).toBe(200);
  });

  it('closes files that clients do not wait for', async () => {
    await makeLarge(server, 'large.bin');
    for (let count = 0; count < 20; count += 1) {
      const gone = new AbortController();
      const range: Headers = count % 2 ? { range: 'bytes=0-99999999,200000000-' } : {};
      const response = await fetch(`${server.url}/uploads/large.bin`, {
        headers: range,
        signal: gone.signal,
      });
      expect(response.status).toBe(count % 2 ? 206 : 200);
      gone.abort();
    }
    await expectAllClosed(server, 'large.bin');
  });

  it.each<[string, string, Headers, number]>([
    ['HEAD', 'HEAD', {}, 200],
    ['a short range', 'GET', { range: 'bytes=0-9' }, 206],
    ['several short ranges', 'GET', { range: 'bytes=0-9,20-29' }, 206],
    ['a range that is not there', 'GET', { range: 'bytes=300000000-' }, 416],
    ["the client's own copy", 'GET', { 'if-none-match': '*' }, 304],
    ['another state', 'GET', { 'if-match': '"other"' }, 412],
  ])('closes a file after %s', async (_what, method, headers, status) => {
    await makeLarge(server, 'closed.bin');
    for (let count = 0; count < 20; count += 1) {
      const asked = { method, path: '/uploads/closed.bin', headers };
      expect((await send(server.url, asked)).status).toBe(status);
    }
    await expectAllClosed(server, 'closed.bin');
  });

  it('closes small files once they are in memory', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `small-${index}.txt`);
    for (const name of names) {
      await writeFile(path.join(server.project.uploads, name), name);
    }
    await settle(server);
    for (const name of names) {
      const { status, body } = await send(server.url, { method: 'GET', path: `/uploads/${name}` });
      expect([status, String(body)]).toEqual([200, name]);
    }
    await expectAllClosed(server, 'small-');
  });

  it('answers parts of a file that is in memory', async () => {
    await writeFile(path.join(server.project.uploads, 'memory.txt'), CONTENT);
    await settle(server);
    const ask = (headers: Headers) => get(server, '/uploads/memory.txt', headers);
    await ask({});
    const parts = { 'bytes=0-3': '0123', 'bytes=7-7': '7', 'bytes=-4': 'ghij', 'bytes=17-': 'hij' };
    for (const [range, text] of Object.entries(parts)) {
      const { status, body } = await ask({ range });
      expect([range, status, String(body)]).toEqual([range, 206, text]);
    }
    const { body } = await ask({ range: 'bytes=2-3,10-12' });
    expect(String(body)).toMatch(
      /\r\nContent-Range: bytes 2-3\/20\r\n\r\n23\r\n.*\r\nContent-Range: bytes 10-12\/20\r\n\r\nabc\r\n/s
    );
  });
});

describe('the options of the static server', () => {
  it('close the file also when they fail', async () => {
    const server = await startServer({
      files: {
        'config/plugins.js': `module.exports = () => ({
          upload: { config: { providerOptions: { localServer: {
            setHeaders() {
              throw new Error('the project refuses');
            },
          } } } },
          'users-permissions': { config: { jwtSecret: 'test-only' } } });`,
      },
    });
    try {
      await makeLarge(server, 'large.bin');
      for (let count = 0; count < 20; count += 1) {
        const answer = await send(server.url, { method: 'GET', path: '/uploads/large.bin' });
        expect(answer.status).toBe(500);
      }
      await expectAllClosed(server, 'large.bin');
    } finally {
      await server.stop();
    }
  });

  it('set headers last, also over ours, and win over what versioned URLs allow', async () => {
    const server = await startServer({
      files: {
        'config/plugins.js': `module.exports = () => ({
          upload: { config: {
            replace: { url: 'versioned' },
            providerOptions: { localServer: {
              maxage: 60000,
              setHeaders(res, path, stats) {
                res.setHeader('X-Size', stats.size + 1);
                res.setHeader('X-Day', stats.isFile() && stats.mtime.toUTCString());
                if (path.endsWith('.html')) {
                  res.removeHeader('Content-Disposition');
                  res.setHeader('Content-Type', 'text/html; charset=latin1');
                }
              },
            } },
          } },
          'users-permissions': { config: { jwtSecret: 'test-only' } } });`,
      },
    });
    try {
      await fillFolder(server.project.uploads);
      const ask = (headers: Headers) =>
        send(server.url, { method: 'GET', path: '/uploads/page.html', headers });
      const { headers } = await ask({});
      expect(headers).toMatchObject({
        'cache-control': 'max-age=60',
        'content-type': 'text/html; charset=latin1',
        'x-size': '12',
        'x-day': MODIFIED,
      });
      expect(headers['content-disposition']).toBeUndefined();
      const unchanged = await ask({ 'if-none-match': '*' });
      expect(unchanged.status).toBe(304);
      expect(unchanged.headers).toMatchObject({ 'cache-control': 'max-age=60', 'x-size': '12' });

      // A variant that is stored, and then one that is sent from memory because no other fits into the cache.
      await allowPublic(server, UPLOAD_ACTIONS);
      const { url } = await storeFile(server, 'a.png', await quarters(300, 200).png().toBuffer());
      for (const [width, maxBytes, cacheControl] of [
        [64, 1e6, 'max-age=60'],
        [128, 1, 'no-cache'],
      ] as const) {
        await server.inside((strapi, maxBytes) => {
          strapi.config.set('plugin::upload.transforms', { cache: { maxBytes } });
        }, maxBytes);
        const variant = await fetch(`${server.url}${url}?width=${width}`);
        const { length } = Buffer.from(await variant.arrayBuffer());
        const headers = ['cache-control', 'x-size', 'x-day'].map((one) => variant.headers.get(one));
        expect(headers).toEqual([cacheControl, String(length + 1), expect.stringMatching(/GMT$/)]);
      }
    } finally {
      await server.stop();
    }
  });
});
