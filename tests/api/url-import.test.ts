import type http from 'node:http';
import request from 'supertest';
import { superAdmin, type AdminClient } from '../support/admin';
import { eventually } from '../support/ledger';
import * as samples from '../support/samples';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';
import { stateOf } from '../support/state';
import { importUrls, startSite } from '../support/url-import';

describe('files fetched by their URLs', () => {
  let server: Server;
  let admin: AdminClient;
  let site: Awaited<ReturnType<typeof startSite>>;
  let secret: Awaited<ReturnType<typeof startSite>>;
  const asked: string[] = [];
  let photo: Buffer;

  beforeAll(async () => {
    photo = await samples.jpeg();
    secret = await startSite('127.0.0.1', (req, res) => {
      asked.push(`secret ${req.url}`);
      res.end('secret');
    });
    site = await startSite('127.0.0.2', (req, res) => {
      asked.push(String(req.url));
      switch (req.url) {
        case '/photo.jpg':
          return res.setHeader('content-type', 'image/jpeg').end(photo);
        case '/chunked.txt':
          res.write('first ');
          return void setTimeout(() => res.end('second'), 20);
        case '/moved':
          return res.writeHead(302, { location: '/photo.jpg' }).end();
        case '/inward':
          return res.writeHead(302, { location: `${secret.url}/inward` }).end();
        case '/loop':
          return res.writeHead(302, { location: '/loop' }).end();
        case '/large.txt':
          return res
            .writeHead(200, { 'content-length': 3_000_000 })
            .end(Buffer.alloc(3_000_000, 97));
        case '/endless.txt':
          return void endless(res);
        case '/cut.txt':
          res.writeHead(200, { 'content-length': 1000 }).write('start');
          return void setTimeout(() => res.destroy(), 20);
        case '/silent.txt':
          return void res.write('start');
        case '/%c3%bc%20b.txt?x=1':
          return res.end('named');
        case '/page.html':
          return res.end('<html><script>alert(1)</script></html>');
        default:
          return res.writeHead(404).end('none');
      }
    });
    server = await sharedServer({
      sizeLimit: 2_000_000,
      urlImport: { allowedNetworks: ['127.0.0.2/32'], timeout: 2000 },
      security: { deniedTypes: ['text/html'] },
    });
    admin = await superAdmin(server);
  });
  afterAll(async () => {
    await server.stop();
    await site.close();
    await secret.close();
  });

  function endless(res: http.ServerResponse): void {
    const block = Buffer.alloc(64 * 1024, 97);
    const more = () => {
      while (!res.destroyed && res.write(block)) {
        // Write until the buffers of the connection are full.
      }
    };
    res.on('drain', more);
    more();
  }

  it('are stored one after the other, each step told', async () => {
    const folder = await admin.post('/upload/folders').send({ name: 'Fetched' }).expect(201);
    const folderId = folder.body.data.id;
    const urls = [`${site.url}/photo.jpg`, `${site.url}/moved`, `${site.url}/%c3%bc%20b.txt?x=1`];
    const events = await importUrls(admin, { urls, folderId });
    // The number of progress events depends on time, so repeated events count as one.
    const steps = events
      .map(({ event }) => event)
      .filter((event, at, all) => event !== all[at - 1]);
    expect(steps).toEqual([
      ...[1, 2, 3].flatMap(() => [
        'file:fetching',
        'file:progress',
        'file:uploading',
        'file:complete',
      ]),
      'stream:complete',
    ]);
    const told = events.filter(({ event, data }) => event === 'file:progress' && data.index === 0);
    expect(told.at(-1)!.data.loadedBytes).toBe(photo.length);
    expect(events[0]!.data).toEqual({ url: urls[0], index: 0, total: 3 });
    expect(events[1]!.data).toEqual({
      index: 0,
      loadedBytes: 0,
      totalBytes: photo.length,
      phase: 'fetch',
    });
    const { data, errors } = events.at(-1)!.data as { data: object[]; errors: object[] };
    expect(errors).toEqual([]);
    expect(data).toMatchObject([
      { name: 'photo.jpg', mime: 'image/jpeg', folderPath: folder.body.data.path },
      { name: 'photo.jpg' },
      { name: 'ü b.txt', mime: 'text/plain' },
    ]);
    expect(Object.keys((data[0] as { formats: object }).formats)).toContain('thumbnail');
  });

  it.each([
    ['/none', /404/],
    ['/large.txt', /^File too large: maximum allowed size is /],
    ['/endless.txt', /^File too large: maximum allowed size is /],
    ['/cut.txt', /was interrupted/],
    ['/silent.txt', /was interrupted/],
    ['/page.html', /type that is not allowed/],
    ['/loop', /Too many redirects/],
    ['/inward', /blocked address/],
  ])('%s fails by itself, is told, and leaves nothing', async (path, message) => {
    const before = await stateOf(server);
    const events = await importUrls(admin, { urls: [`${site.url}${path}`] });
    const { data, errors } = events.at(-1)!.data as { data: object[]; errors: object[] };
    expect(data).toEqual([]);
    expect(errors).toEqual([
      { name: `${site.url}${path}`, message: expect.stringMatching(message) },
    ]);
    expect(await stateOf(server)).toEqual(before);
    expect(asked.filter((one) => one.startsWith('secret'))).toEqual([]);
  });

  it.each([
    ['a private address', () => `${secret.url}/a`],
    ['a name of one', () => `http://localhost:${secret.port}/b`],
    ['one in decimal', () => `http://2130706433:${secret.port}/c`],
    ['one in hexadecimal', () => `http://0x7f.1:${secret.port}/d`],
    ['IPv4 in IPv6', () => `http://[::ffff:127.0.0.1]:${secret.port}/e`],
    ['IPv6 loopback', () => `http://[::1]:${secret.port}/f`],
    ['the unspecified address', () => `http://0.0.0.0:${secret.port}/g`],
    ['a metadata service', () => 'http://169.254.169.254/latest/meta-data'],
  ])('are never asked of %s', async (_what, url) => {
    const events = await importUrls(admin, { urls: [url()] });
    expect(events.at(-1)!.data).toMatchObject({
      data: [],
      errors: [{ message: expect.stringContaining('blocked address') }],
    });
    expect(asked.filter((one) => one.startsWith('secret'))).toEqual([]);
  });

  it.each([
    ['ftp://example.org/a', 'Invalid URL protocol. Only http and https are allowed'],
    ['file:///etc/passwd', 'Invalid URL protocol. Only http and https are allowed'],
    ['nourl', 'Invalid URL'],
    ['http://user:secret@example.org/', 'user name or password'],
    ['http://does-not-exist.invalid/a', 'Could not resolve hostname'],
  ])('%s is refused', async (url, message) => {
    const events = await importUrls(admin, { urls: [url] });
    expect(events.map(({ event }) => event)).toEqual([
      'file:fetching',
      'file:error',
      'stream:complete',
    ]);
    expect(events[1]!.data.message).toContain(message);
  });

  it('are refused without the permission, and more than twenty at once', async () => {
    const urls = Array(21).fill(`${site.url}/photo.jpg`);
    const { body } = await admin
      .post('/upload/actions/upload-from-urls')
      .send({ urls })
      .expect(400);
    expect(body.error.message).toBe('Maximum 20 URLs allowed per request');
    await admin.post('/upload/actions/upload-from-urls').send({ urls: [] }).expect(400);
    await request(server.url)
      .post('/upload/actions/upload-from-urls')
      .send({ urls: [`${site.url}/photo.jpg`] })
      .expect(401);
  });

  it('stop with the client that asked for them', async () => {
    const before = await stateOf(server);
    const urls = [`${site.url}/silent.txt`, `${site.url}/photo.jpg`];
    const count = asked.length;
    const req = admin.post('/upload/actions/upload-from-urls').send({ urls });
    const ended = req.then(
      () => {},
      () => {}
    );
    await eventually(async () => asked.length > count, 'the first one is asked for');
    req.abort();
    await ended;
    const uploads = () =>
      server.inside((strapi) => {
        const { workload } = strapi.get('strapi-upload.container').journal as {
          workload: { running: Set<unknown> };
        };
        return workload.running.size;
      });
    await eventually(async () => (await uploads()) === 0, 'the import has ended');
    expect(asked.slice(count)).toEqual(['/silent.txt']);
    expect(await stateOf(server)).toEqual(before);
  });
});
