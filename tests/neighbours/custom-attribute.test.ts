import request from 'supertest';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';

/** An extension that adds attributes before and after it loads this plugin. */
const extension = `
  const upload = require('strapi-upload/extension');
  module.exports = (builtin) => {
    builtin.contentTypes.file.schema.attributes.license = { type: 'string' };
    const plugin = upload(builtin);
    plugin.contentTypes.file.schema.attributes.rating = { type: 'integer', default: 3 };
    plugin.contentTypes.file.schema.attributes.secret = { type: 'string', private: true };
    return plugin;
  };`;

let server: Server;

beforeAll(async () => {
  server = await startServer({ files: { 'src/extensions/upload/strapi-server.js': extension } });
  await allowPublic(server, UPLOAD_ACTIONS);
});
afterAll(() => server.stop());

const get = async (path: string) => (await request(server.url).get(path).expect(200)).body;

describe('an attribute that a project adds to files', () => {
  let id: number;

  it('gets its default, and what lifecycles and queries set', async () => {
    await server.inside((strapi) => {
      strapi.db.lifecycles.subscribe({
        models: ['plugin::upload.file'],
        beforeCreate({ params }: { params: { data: Record<string, unknown> } }) {
          params.data.license = 'CC0';
        },
      } as never);
    });
    const { body } = await request(server.url)
      .post('/api/upload')
      .attach('files', samples.csv(), 'a.csv')
      .attach('files', samples.csv(), 'b.csv')
      .expect(201);
    expect(body).toMatchObject([
      { license: 'CC0', rating: 3 },
      { license: 'CC0', rating: 3 },
    ]);
    id = body[0].id;
    await server.inside(
      (strapi, id) =>
        strapi.db
          .query('plugin::upload.file')
          .update({ where: { id }, data: { rating: 5, secret: 'x' } as object }),
      id
    );
    expect(await get(`/api/upload/files/${id}`)).toMatchObject({ license: 'CC0', rating: 5 });
  });

  it('can be filtered, sorted and selected by', async () => {
    const names = async (query: string) =>
      (await get(`/api/upload/files?${query}`)).map(({ name }: { name: string }) => name);
    expect(await names('filters[rating][$gt]=4')).toEqual(['a.csv']);
    expect(await names('filters[license]=CC0&sort=rating')).toEqual(['b.csv', 'a.csv']);
    const page = await get('/api/upload/files/page?filters[rating]=5&fields=rating');
    expect(page.data).toEqual([expect.objectContaining({ id, rating: 5 })]);
    expect(page.data[0].name).toBeUndefined();
  });

  it('stays when the file is changed and replaced', async () => {
    const change = () => request(server.url).post(`/api/upload?id=${id}`);
    await change().field('fileInfo', '{"caption":"c"}').expect(200);
    const { body } = await change().attach('files', samples.pdf(), 'a.pdf').expect(200);
    expect(body).toMatchObject({ rating: 5, license: 'CC0', mime: 'application/pdf' });
  });

  it('is not shown, nor filtered by, when it is private', async () => {
    expect(await get(`/api/upload/files/${id}`)).not.toHaveProperty('secret');
    await request(server.url).get('/api/upload/files?filters[secret]=x').expect(400);
  });

  it('cannot be set by a request', async () => {
    const { body } = await request(server.url)
      .post(`/api/upload?id=${id}`)
      .field('fileInfo', '{"caption":"d","rating":1}')
      .expect(200);
    expect(body).toMatchObject({ caption: 'd', rating: 5 });
  });
});
