import request from 'supertest';
import { pluginsWith } from '../support/config';
import { fillFiles, queriesOfFiles } from '../support/long-library';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { startServer, type Server } from '../support/server';
import { withInstalled } from './installed';

/* For GraphQL too, the plugin reads long lists of files in pages. Its answers must equal the answers of one query. */

const ROWS = 450;
const PAGE = 200;

let server: Server;

const ask = async (query: string) => {
  const { body } = await request(server.url).post('/graphql').send({ query });
  expect(body.errors).toBeUndefined();
  return body.data;
};

/** Ids of the files in a list that the document service reads in one query. */
const whole = (params: object): Promise<number[]> =>
  server.inside(async (strapi, params) => {
    const files = await strapi.documents('plugin::upload.file').findMany(params);
    return files.map(({ documentId }) => Number(documentId.replaceAll('x', '')));
  }, params);
const idsOf = (nodes: Array<{ documentId: string }>) =>
  nodes.map(({ documentId }) => Number(documentId.replaceAll('x', '')));
const sizesOfQueries = async () => {
  const sizes = await queriesOfFiles(server);
  expect(sizes).not.toContain(-1);
  return Math.max(...sizes);
};

/** A project that has a middleware around the GraphQL query for the list. */
const AROUND = {
  'src/index.js': `module.exports = { register({ strapi }) {
    strapi.plugin('graphql').service('extension').use(() => ({ resolversConfig: { 'Query.uploadFiles': { middlewares: [
      async (next, ...args) => {
        const files = await next(...args);
        return files.filter(({ id }) => id % 2 === 0);
      }] } } }));
  } };`,
};

async function start(files: Record<string, string> = {}) {
  server = await startServer(
    withInstalled('@strapi/plugin-graphql', {
      files: { 'config/plugins.js': pluginsWith({ providerOptions: { private: true } }), ...files },
    })
  );
  await allowPublic(server, UPLOAD_ACTIONS);
  await fillFiles(server, { from: 1, to: 1 + ROWS });
  await queriesOfFiles(server);
}

describe('a long list of files in GraphQL', () => {
  beforeAll(() => start());
  afterAll(() => server.stop());

  it.each<[string, object]>([
    ['(pagination: { limit: -1 })', { sort: 'id' }],
    ['(pagination: { limit: -1 }, sort: "name:desc")', { sort: 'name:desc' }],
    ['(pagination: { start: 7, limit: 410 })', { sort: 'id', start: 7, limit: 410 }],
    [
      '(pagination: { page: 2, pageSize: 220 }, sort: ["caption", "name"])',
      { sort: ['caption', 'name'], start: 220, limit: 220 },
    ],
    [
      '(pagination: { limit: 300 }, filters: { ext: { eq: ".jpg" } })',
      { sort: 'id', limit: 300, filters: { ext: '.jpg' } },
    ],
    [
      '(pagination: { limit: -1 }, filters: { not: { name: { startsWith: "zeta" } } })',
      { sort: 'id', filters: { $not: { name: { $startsWith: 'zeta' } } } },
    ],
    ['(pagination: { limit: 3 })', { sort: 'id', limit: 3 }],
  ])('is that of one query: %s', async (args, params) => {
    const expected = await whole(params);
    await queriesOfFiles(server);
    const { uploadFiles } = await ask(`{ uploadFiles${args} { documentId name url } }`);
    expect(idsOf(uploadFiles)).toEqual(expected);
    expect(await sizesOfQueries()).toBeLessThanOrEqual(PAGE);
  });

  it('says how many there are, as ever', async () => {
    const asked = 'nodes { documentId url } pageInfo { total page pageSize pageCount }';
    const { all, second } = await ask(`{
      all: uploadFiles_connection(pagination: { limit: -1 }) { ${asked} }
      second: uploadFiles_connection(pagination: { page: 2, pageSize: 210 }, sort: "name") { ${asked} }
    }`);
    expect(idsOf(all.nodes)).toEqual(await whole({ sort: 'id' }));
    expect(all.pageInfo).toEqual({ total: ROWS, page: 1, pageSize: ROWS, pageCount: 1 });
    expect(idsOf(second.nodes)).toEqual(await whole({ sort: 'name', start: 210, limit: 210 }));
    expect(second.pageInfo).toEqual({ total: ROWS, page: 2, pageSize: 210, pageCount: 3 });
    const isSigned = ({ url }: { url: string }) =>
      url.startsWith('/uploads/private/') === url.includes('sig=');
    expect(all.nodes.filter((node: { url: string }) => !isSigned(node))).toEqual([]);
  });

  it('is refused as ever', async () => {
    const query = '{ uploadFiles(pagination: { limit: 300, page: 1 }) { name } }';
    const { body } = await request(server.url).post('/graphql').send({ query });
    expect(body.errors[0].message).toBe(
      'Cannot use both page & offset pagination in the same query'
    );
  });
});

it('is an array of files for a middleware of the project', async () => {
  await start(AROUND);
  try {
    const { uploadFiles } = await ask('{ uploadFiles(pagination: { limit: -1 }) { documentId } }');
    expect(idsOf(uploadFiles)).toEqual(
      Array.from({ length: ROWS / 2 }, (_, index) => (index + 1) * 2)
    );
    expect(await sizesOfQueries()).toBeLessThanOrEqual(PAGE);
  } finally {
    await server.stop();
  }
});
