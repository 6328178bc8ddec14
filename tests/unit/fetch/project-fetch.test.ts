import { createRequire } from 'node:module';
import type { Core } from '@strapi/strapi';
import { projectFetch, rememberFetch } from '../../../server/src/fetch/project-fetch';
import { startForwardProxy, type ForwardProxy } from '../../support/forward-proxy';
import { startSite } from '../../support/url-import';

/** The copy of undici from which Strapi takes its proxy agent. */
const { ProxyAgent } = createRequire(require.resolve('@strapi/core/package.json'))('undici');

describe('projectFetch', () => {
  let proxy: ForwardProxy;
  let site: Awaited<ReturnType<typeof startSite>>;
  let agent: { destroy(): Promise<void> };

  beforeAll(async () => {
    proxy = await startForwardProxy();
    site = await startSite('127.0.0.1', (_req, res) => res.end('hello'));
    agent = new ProxyAgent(proxy.url);
  });
  afterAll(() => Promise.all([agent.destroy(), proxy.close(), site.close()]));

  /** A fake Strapi whose own `fetch` records its calls. */
  const strapiWith = (dispatcher: object | undefined, proxySetting?: string) => {
    const calls: unknown[] = [];
    const own = Object.assign(
      async (...call: unknown[]) => {
        calls.push(call);
        return new Response('own');
      },
      { dispatcher }
    );
    const config = {
      get: (key: string) => (key === 'server.proxy.fetch' ? proxySetting : undefined),
    };
    return { calls, strapi: { fetch: own, config } as unknown as Core.Strapi };
  };
  const textOf = async (strapi: Core.Strapi) =>
    (await projectFetch(strapi).fetch(site.url, {})).text();

  it("goes through Strapi's proxy agent on every version of Node.js", async () => {
    const { strapi, calls } = strapiWith(agent);
    rememberFetch(strapi);
    expect(await textOf(strapi)).toBe('hello');
    expect(proxy.asked).toEqual([site.url.replace('http://', '')]);
    expect(calls).toEqual([]);
    expect(projectFetch(strapi)).toMatchObject({ proxied: true, replaced: false });
  });

  it("is Strapi's own where there is no proxy", async () => {
    const { strapi, calls } = strapiWith(undefined);
    rememberFetch(strapi);
    expect(await textOf(strapi)).toBe('own');
    expect(calls).toEqual([[site.url, {}]]);
    expect(projectFetch(strapi)).toMatchObject({ proxied: false, replaced: false });
  });

  it("is the project's own where that was put in the place of Strapi's", async () => {
    const { strapi } = strapiWith(agent, proxy.url);
    rememberFetch(strapi);
    const replaced = strapiWith(undefined);
    const changed = { ...strapi, fetch: replaced.strapi.fetch } as Core.Strapi;
    expect(await textOf(changed)).toBe('own');
    expect(replaced.calls).toEqual([[site.url, {}]]);
    expect(projectFetch(changed)).toMatchObject({ proxied: true, replaced: true });
  });
});
