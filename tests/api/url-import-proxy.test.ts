import { superAdmin, type AdminClient } from '../support/admin';
import { pluginsWith } from '../support/config';
import { startForwardProxy, type ForwardProxy } from '../support/forward-proxy';
import { startServer, type Server } from '../support/server';
import { importUrls, startSite } from '../support/url-import';

/** A host name that only the proxy can resolve. No name server resolves a name that ends in `.invalid` (RFC 6761). */
const BEHIND = 'files.invalid';

interface Outcome {
  data: Array<{ name: string }>;
  errors: Array<{ message: string }>;
}

describe('files fetched by their URLs', () => {
  let proxy: ForwardProxy;
  let site: Awaited<ReturnType<typeof startSite>>;
  let internal: Awaited<ReturnType<typeof startSite>>;
  /** Paths of the requests that the internal server got. */
  const asked: string[] = [];

  beforeAll(async () => {
    proxy = await startForwardProxy({ [BEHIND]: '127.0.0.2' });
    internal = await startSite('127.0.0.1', (req, res) => {
      asked.push(String(req.url));
      res.end('internal');
    });
    site = await startSite('127.0.0.2', (req, res) => {
      switch (req.url) {
        case '/a.txt':
          return res.end('hello');
        case '/inward':
          return res.writeHead(302, { location: `http://localhost:${internal.port}/` }).end();
        default:
          return res.writeHead(302, { location: 'http://unknown.invalid/' }).end();
      }
    });
  });
  afterAll(() => Promise.all([proxy.close(), site.close(), internal.close()]));

  const start = (config: string, urlImport: object) =>
    startServer({
      files: {
        'config/plugins.js': pluginsWith({ urlImport }),
        'config/server.js': `module.exports = ${config};`,
      },
    });
  const options = (more = '') =>
    `({ env }) => ({ host: '127.0.0.1', port: env.int('PORT'), app: { keys: ['a'] }, ${more} })`;

  const fetchOne = async (admin: AdminClient, url: string): Promise<Outcome> =>
    (await importUrls(admin, { urls: [url] })).at(-1)!.data as never;

  describe('through a proxy', () => {
    let server: Server;
    let admin: AdminClient;

    beforeAll(async () => {
      const config = options(`proxy: { fetch: '${proxy.url}' }`);
      server = await start(config, { allowedNetworks: ['127.0.0.2/32'] });
      admin = await superAdmin(server);
    });
    afterAll(() => server.stop());
    beforeEach(() => void proxy.asked.splice(0));

    const configure = (urlImport: object) =>
      server.inside((strapi, more) => {
        strapi.config.set('plugin::upload.urlImport', more);
      }, urlImport);

    it('are stored', async () => {
      const { data, errors } = await fetchOne(admin, `${site.url}/a.txt`);
      expect(errors).toEqual([]);
      expect(data).toMatchObject([{ name: 'a.txt' }]);
      expect(proxy.asked).toEqual([`127.0.0.2:${site.port}`]);
    });

    it.each([
      ['an internal name', () => `http://localhost:${internal.port}/`, 'blocked address'],
      ['an internal address', () => `${internal.url}/`, 'blocked address'],
      ['a name that is not found', () => 'http://unknown.invalid/a', 'Could not resolve hostname'],
    ])('are not asked of %s, and the proxy is not either', async (_what, url, message) => {
      const { data, errors } = await fetchOne(admin, url());
      expect(data).toEqual([]);
      expect(errors).toMatchObject([{ message: expect.stringContaining(message) }]);
      expect(proxy.asked).toEqual([]);
      expect(asked).toEqual([]);
    });

    it.each([
      ['/inward', 'blocked address'],
      ['/astray', 'Could not resolve hostname'],
    ])('are refused behind a redirect, %s', async (path, message) => {
      const { errors } = await fetchOne(admin, `${site.url}${path}`);
      expect(errors).toMatchObject([{ message: expect.stringContaining(message) }]);
      // Several requests share one tunnel, so the number of tunnels is not checked.
      expect(proxy.asked.filter((target) => !target.startsWith('127.0.0.2:'))).toEqual([]);
      expect(asked).toEqual([]);
    });

    it('are asked of names of networks that are allowed', async () => {
      await configure({ allowedNetworks: ['127.0.0.0/8', '::1/128'] });
      const { data } = await fetchOne(admin, `http://localhost:${internal.port}/allowed.txt`);
      expect(data).toMatchObject([{ name: 'allowed.txt' }]);
      expect(asked.splice(0)).toEqual(['/allowed.txt']);
    });

    it('are asked of names that the proxy alone knows with `proxyResolves`, of internal addresses not', async () => {
      await configure({ proxyResolves: true });
      const { data } = await fetchOne(admin, `http://${BEHIND}:${site.port}/a.txt`);
      expect(data).toMatchObject([{ name: 'a.txt' }]);
      expect(proxy.asked).toEqual([`${BEHIND}:${site.port}`]);
      const { errors } = await fetchOne(admin, `${internal.url}/`);
      expect(errors).toMatchObject([{ message: expect.stringContaining('blocked address') }]);
      expect(asked).toEqual([]);
    });

    it("go through the project's own `strapi.fetch`, once their name was looked up", async () => {
      await configure({ allowedNetworks: [] });
      await replaceFetch(server);
      const { data } = await fetchOne(admin, 'http://93.184.216.34/own.txt');
      expect(data).toMatchObject([{ name: 'own.txt' }]);
      await fetchOne(admin, `http://localhost:${internal.port}/`);
      await fetchOne(admin, 'http://unknown.invalid/');
      expect(await calls(server)).toEqual([['http://93.184.216.34/own.txt', false]]);
    });
  });

  describe("through the project's own `strapi.fetch`", () => {
    let server: Server;
    let admin: AdminClient;

    beforeAll(async () => {
      server = await start(options(), { allowedNetworks: ['127.0.0.2/32'] });
      admin = await superAdmin(server);
    });
    afterAll(() => server.stop());

    it("are stored where it is Node's with the dispatcher that is handed to it", async () => {
      await server.inside((strapi) => {
        const own = (url: string, init: RequestInit) => fetch(url, init);
        Object.defineProperty(strapi, 'fetch', { value: own, configurable: true });
      });
      const { data, errors } = await fetchOne(admin, `${site.url}/a.txt`);
      expect(errors).toEqual([]);
      expect(data).toMatchObject([{ name: 'a.txt' }]);
    });

    it('are not asked of an internal name, whatever it does with the dispatcher', async () => {
      await replaceFetch(server);
      const { errors } = await fetchOne(admin, `http://localhost:${internal.port}/`);
      expect(errors).toMatchObject([{ message: expect.stringContaining('blocked address') }]);
      expect(await calls(server)).toEqual([]);
    });

    it('are asked of names that this server does not know: that is for the function to say', async () => {
      await replaceFetch(server);
      const { data } = await fetchOne(admin, 'http://unknown.invalid/own.txt');
      expect(data).toMatchObject([{ name: 'own.txt' }]);
      expect(await calls(server)).toEqual([['http://unknown.invalid/own.txt', true]]);
    });
  });
});

/** Replaces Strapi's `fetch` by a function of the project, which answers itself and records its calls. */
const replaceFetch = (server: Server) =>
  server.inside((strapi) => {
    const noted: Array<[string, boolean]> = [];
    Object.assign(strapi, { noted });
    const own = async (url: string, init: RequestInit & { dispatcher?: unknown }) => {
      noted.push([url, init.dispatcher !== undefined]);
      return new Response('own');
    };
    Object.defineProperty(strapi, 'fetch', { value: own, configurable: true });
  });

/** The URL of each call of the project's function, and whether the call had a dispatcher. */
const calls = (server: Server) =>
  server.inside((strapi) => (strapi as never as { noted: Array<[string, boolean]> }).noted);
