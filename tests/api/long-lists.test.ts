import http from 'node:http';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { get, startPublicServer } from '../support/api';
import { pluginsWith } from '../support/config';
import { createRestaurant } from '../support/entries';
import { fillFiles, queriesOfFiles, WHOLE_LIST } from '../support/long-library';
import { UPLOAD_ACTIONS } from '../support/permissions';
import type { Server } from '../support/server';

/*
 * The plugin reads and writes long lists in pages. A route of the project reads the same list in one query, for
 * comparison.
 */

const ROWS = 230;
/**
 * Largest number of rows that one query may read: the rows of a page, and one more row, which shows whether there is
 * another page.
 */
const MOST_ROWS = 51;
const ACTIONS = [...UPLOAD_ACTIONS, 'api::restaurant.restaurant.find'];
const PRIVATE = { providerOptions: { private: true }, private: { bindAddress: true } };
const LIST = '/api/upload/files';

let server: Server;

const start = async (files: Record<string, string> = {}) => {
  server = await startPublicServer({ files: { ...WHOLE_LIST, ...files } }, ACTIONS);
  const { published } = await createRestaurant(server);
  await fillFiles(server, { from: 1, to: 1 + ROWS, linkedTo: published });
  await queriesOfFiles(server);
};
const largest = async () => {
  const queries = await queriesOfFiles(server);
  expect(queries).not.toContain(-1);
  return Math.max(...queries);
};
const ids = ({ body }: { body: Buffer }): number[] =>
  JSON.parse(body.toString()).map(({ id }: { id: number }) => id);

/** The different times at which the signed URLs in these answers expire. */
const expiries = (...answers: Array<{ body: Buffer }>): Set<string> =>
  new Set(answers.flatMap(({ body }) => body.toString().match(/expires=\d+/g) ?? []));

describe('a list of many files', () => {
  beforeAll(() => start({ 'config/plugins.js': pluginsWith(PRIVATE) }));
  afterAll(() => server.stop());

  it.each([
    '',
    '?sort=id',
    '?sort=id:desc',
    '?sort=id:DESC',
    '?sort[0]=id:desc&sort[1]=name',
    '?sort=name',
    '?sort=name:desc',
    '?sort[0]=alternativeText&sort[1]=id',
    '?sort[0]=alternativeText:desc&sort[1]=id:desc',
    '?sort[0]=createdAt:desc&sort[1]=size&sort[2]=id',
    '?sort[0][size]=desc&sort[1][id]=asc',
    '?fields[0]=name',
    '?fields[0]=url&sort=name',
    '?fields[0]=formats&fields[1]=hash',
    '?populate=*',
    '?populate=related&sort=name:desc',
    '?populate[related][fields][0]=name',
    '?filters[ext]=.jpg',
    '?filters[alternativeText][$null]=true&filters[ext]=.jpg',
    '?filters[$or][0][id][$lt]=90&filters[$or][1][name][$startsWith]=zeta&sort=name',
    '?filters[id][$in][0]=3&filters[id][$in][1]=200',
    '?filters[name]=nothing',
    '?_q=alpha&sort=hash',
    '?_q=text 3',
    '?pagination[start]=20&pagination[limit]=100',
    '?pagination[start]=20&pagination[limit]=100&sort=name:desc',
    '?pagination[start]=200&pagination[limit]=100&sort=id:desc',
    '?pagination[limit]=50',
    '?pagination[limit]=51&sort=name',
    '?start=7&limit=120',
    '?limit=-1&sort=name',
  ])('is byte for byte the array of one query: %s', async (query) => {
    const path = encodeURI(query);
    const ask = async () => {
      const whole = await get(server, `/api/whole${path}`);
      await queriesOfFiles(server);
      const list = await get(server, LIST + path);
      return { whole, list, mostRows: await largest() };
    };
    let { whole, list, mostRows } = await ask();
    if (expiries(whole, list).size > 1) {
      // Signed URLs expire at fixed steps of some minutes. Such a step was during or between the two answers, so the test
      // asks again.
      ({ whole, list, mostRows } = await ask());
    }
    expect([list.status, list.body.toString()]).toEqual([200, whole.body.toString()]);
    expect(list.headers['content-type']).toBe(whole.headers['content-type']);
    expect(mostRows).toBeLessThanOrEqual(MOST_ROWS);
  });

  it.each([
    ['', ROWS, true],
    ['?pagination[limit]=50', 50, false],
    ['?filters[id][$lt]=51', 50, false],
    ['?filters[id][$lt]=52', 51, true],
    ['?filters[id][$lt]=1', 0, false],
  ])('has a length only where it fits into a page: %s', async (query, count, isStreamed) => {
    const list = await get(server, LIST + query);
    expect(ids(list)).toHaveLength(count);
    expect(list.headers['transfer-encoding']).toBe(isStreamed ? 'chunked' : undefined);
    expect(list.headers['content-length']).toBe(isStreamed ? undefined : String(list.body.length));
  });

  it('has files that are equal in the sort in the order of their ids, as pages of Strapi', async () => {
    const all = ids(await get(server, `${LIST}?sort=createdAt:desc`));
    const pages: number[] = [];
    for (let from = 0; from < ROWS; from += 40) {
      const bounds = `pagination[start]=${from}&pagination[limit]=40`;
      pages.push(...ids(await get(server, `${LIST}?sort=createdAt:desc&${bounds}`)));
    }
    expect(all).toEqual(pages);
  });

  it('answers HEAD without reading further', async () => {
    await queriesOfFiles(server);
    const { status, headers, body } = await get(server, LIST, {}, 'HEAD');
    expect([status, headers['content-type'], body.length]).toEqual([
      200,
      'application/json; charset=utf-8',
      0,
    ]);
    expect(await queriesOfFiles(server)).toHaveLength(2);
  });

  it('has URLs that are signed for the client, also in later pages', async () => {
    const { body } = await get(server, `${LIST}?sort=id:desc`);
    const files: Array<{ id: number; url: string; isUrlSigned: boolean }> = JSON.parse(
      body.toString()
    );
    const wrong = files.filter(
      ({ id, url, isUrlSigned }) =>
        isUrlSigned !== (id % 3 === 0) || url.includes('bound=1') !== isUrlSigned
    );
    expect(wrong).toEqual([]);
  });

  it('is one in pages of any size', async () => {
    await server.inside((strapi) => void strapi.config.set('api.rest.maxLimit', null));
    const page = await get(server, `${LIST}/page?sort=name&pagination[pageSize]=1000`);
    const whole = await get(server, '/api/whole?sort=name');
    const { body } = await get(server, `${LIST}/page?sort=name&pagination[pageSize]=10`);
    const pagination = { page: 1, pageSize: 1000, pageCount: 1, total: ROWS };
    expect(JSON.parse(body.toString()).meta.pagination.total).toBe(ROWS);
    expect(page.body.toString()).toBe(
      `{"data":${whole.body.toString()},"meta":{"pagination":${JSON.stringify(pagination)}}}`
    );
    expect(page.headers['transfer-encoding']).toBe('chunked');
  });

  it('is an array for an action of the project that asks ours', async () => {
    const { json } = await get(server, '/api/whole-by-ours');
    expect(json()).toEqual({ isArray: true, count: ROWS });
  });

  it('breaks off, and is not taken for a whole one, where a later page fails', async () => {
    await server.inside((strapi) => {
      const service = strapi.plugin('upload').service('file');
      const sign = service.signFileUrls;
      service.signFileUrls = async (file: { id: number }) => {
        if (file.id === 177) {
          throw new Error('the signer is away');
        }
        return sign(file);
      };
      Object.assign(globalThis, { mend: () => (service.signFileUrls = sign) });
    });
    const { status } = await fetch(server.url + LIST);
    expect(status).toBe(200);
    await expect(get(server, LIST)).rejects.toThrow('aborted');
    expect(await get(server, `${LIST}?sort=id:desc&filters[id][$gt]=170`)).toMatchObject({
      status: 500,
    });
    expect(server.output()).toMatch(
      /error.*sending a list failed, and the connection was closed: .*the signer is away/
    );
    await server.inside(() => (globalThis as unknown as { mend(): void }).mend() as undefined);
    expect(ids(await get(server, LIST))).toHaveLength(ROWS);
  });

  it.each(['', '?sort=name'])(
    'has no file twice, and all that stay, while others are stored and deleted: %s',
    async (query) => {
      await server.inside((strapi) => {
        let pages = 0;
        const change = async () => {
          pages += 1;
          const table = () => strapi.db.getConnection('files');
          if (pages === 2) {
            await table().whereIn('id', [1, 2, 55, 120, 230]).delete();
            const row = await table().where({ id: 3 }).first();
            await table().insert({ ...row, id: 1000, name: 'aaa', document_id: 'new' });
            await table().where({ id: 60 }).update({ name: 'zzzz' });
          }
        };
        const off = strapi.db.lifecycles.subscribe({
          models: ['plugin::upload.file'],
          beforeFindMany: change as never,
        });
        Object.assign(globalThis, { unsubscribe: off });
      });
      const found = ids(await get(server, LIST + query));
      expect(new Set(found).size).toBe(found.length);
      const stay = Array.from({ length: ROWS }, (_, index) => index + 1).filter(
        (id) => ![1, 2, 55, 120, 230].includes(id)
      );
      expect(found).toEqual(expect.arrayContaining(stay));
      await server.inside(async (strapi) => {
        (globalThis as unknown as { unsubscribe(): void }).unsubscribe();
        await strapi.db.getConnection('files').delete();
      });
      await fillFiles(server, { from: 1, to: 1 + ROWS });
    }
  );

  it('is read no further once its client is gone', async () => {
    await fillFiles(server, { from: 1001, to: 5001, textBytes: 5000 });
    await queriesOfFiles(server);
    const req = http.get(server.url + LIST, { agent: false });
    const [response] = (await once(req, 'response')) as [http.IncomingMessage];
    await once(response, 'data');
    response.destroy();
    await setTimeout(300);
    const read = (await queriesOfFiles(server)).length;
    await setTimeout(300);
    expect(await queriesOfFiles(server)).toEqual([]);
    expect(read).toBeLessThan(40);
  });

  it('is read no faster than its client takes it', async () => {
    await queriesOfFiles(server);
    const req = http.get(server.url + LIST, { agent: false });
    const [response] = (await once(req, 'response')) as [http.IncomingMessage];
    await setTimeout(1500);
    const before = (await queriesOfFiles(server)).length;
    let bytes = 0;
    response.on('data', (chunk: Buffer) => (bytes += chunk.length));
    await once(response, 'end');
    expect(bytes).toBeGreaterThan(4000 * 5000);
    expect(before).toBeLessThan((await queriesOfFiles(server)).length);
  });
});

describe('a list of many files, with code of the project around it', () => {
  const MIDDLEWARES = `module.exports = ['global::look', 'strapi::errors', 'strapi::security', 'strapi::cors',
    'strapi::query', 'strapi::body', 'strapi::session', 'strapi::favicon', 'strapi::public'];`;

  const isList = (names: string) => `async (ctx, next) => {
    await next();
    if (ctx.path.startsWith('/api/upload/files') && Array.isArray(ctx.body)) {
      ctx.set('x-seen', ${JSON.stringify(names)} + ' ' + ctx.body.length);
      ctx.body = ctx.body.map((file) => ({ ...file, seen: true }));
    }
  }`;

  const EXTENSION = `module.exports = (plugin) => {
    const ours = require('strapi-upload/extension')(plugin);
    CODE
    return ours;
  };`;
  const extension = (code: string) => ({
    'src/extensions/upload/strapi-server.js': EXTENSION.replace('CODE', () => code),
  });

  it.each<[string, Record<string, string>]>([
    [
      'a global middleware',
      {
        'config/middlewares.js': MIDDLEWARES,
        'src/middlewares/look.js': `module.exports = () => ${isList('code')};`,
      },
    ],
    [
      'a function of the server',
      {
        'src/index.js': `module.exports = { register({ strapi }) { strapi.server.use(${isList('code')}); } };`,
      },
    ],
    [
      'a function of the router',
      {
        'src/index.js': `module.exports = { register({ strapi }) {
          strapi.server.api('content-api').use(${isList('code')}); } };`,
      },
    ],
    [
      'a middleware of the route',
      extension(`const make = ours.routes['content-api'];
        const list = make.routes ?? make().routes;
        const find = list.find(({ handler }) => handler === 'content-api.find');
        find.config = { ...find.config, middlewares: [${isList('code')}] };`),
    ],
    [
      'an action around ours',
      extension(`const make = ours.controllers['content-api'];
        const around = (actions) => ({ ...actions, find: (ctx) => (${isList('code')})(ctx, () => actions.find(ctx)) });
        ours.controllers['content-api'] =
          typeof make === 'function' ? (context) => around(make(context)) : around(make);`),
    ],
    [
      'a function of the service around ours',
      extension(`const make = ours.services.upload;
        const around = (service) => ({ ...service, async findMany(...args) {
          const files = await service.findMany(...args);
          globalThis.strapi.requestContext.get().set('x-seen', 'code ' + files.length);
          return files.map((file) => ({ ...file, caption: 'seen' }));
        } });
        ours.services.upload = typeof make === 'function' ? (context) => around(make(context)) : around(make);`),
    ],
  ])('is an array for %s', async (_what, files) => {
    await start(files);
    try {
      const list = await get(server, LIST);
      expect([list.status, list.headers['x-seen']]).toEqual([200, `code ${ROWS}`]);
      expect(ids(list)).toHaveLength(ROWS);
      expect(list.body.toString()).toMatch(/"seen":true|"caption":"seen"/);
      expect(await largest()).toBeLessThanOrEqual(MOST_ROWS);
    } finally {
      await server.stop();
    }
  });

  it('is streamed through strapi::compression, and broken off there too', async () => {
    await start({
      'config/middlewares.js': MIDDLEWARES.replace("'global::look'", "'strapi::compression'"),
    });
    try {
      const headers = { 'accept-encoding': 'gzip' };
      const answer = await fetch(server.url + LIST, { headers });
      expect(answer.headers.get('content-encoding')).toBe('gzip');
      expect(await answer.json()).toHaveLength(ROWS);
      await server.inside((strapi) => {
        strapi.plugin('upload').service('file').signFileUrls = async (file: { id: number }) => {
          if (file.id === 177) {
            throw new Error('the signer is away');
          }
          return file;
        };
      });
      const cut = await fetch(server.url + LIST, { headers })
        .then((begun) => begun.text(), String)
        .catch(String);
      expect(cut).toMatch(/terminated|failed/);
      expect((await get(server, '/_health')).status).toBe(204);
    } finally {
      await server.stop();
    }
  });
});
