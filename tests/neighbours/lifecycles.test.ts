import request from 'supertest';
import { sendFile } from '../support/api';
import { createRestaurant } from '../support/entries';
import { allowPublic, LINKING_ACTIONS, UPLOAD_ACTIONS } from '../support/permissions';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';

interface Fired {
  action: string;
  params: { data?: Record<string, unknown>; where?: Record<string, unknown> };
  result?: Record<string, unknown>;
}

/** A project whose lifecycle hooks record changes of files, and set a caption if there is none. */
const PROJECT = {
  files: {
    'src/index.js': `
      const copy = (value) => value && JSON.parse(JSON.stringify(value));
      globalThis.fired = [];
      globalThis.documents = [];
      module.exports = {
        register({ strapi }) {
          strapi.documents.use(async ({ uid, action, params }, next) => {
            globalThis.documents.push({ uid, action, data: copy(params.data) });
            const result = await next();
            globalThis.documents.at(-1).result = copy(result);
            return result;
          });
        },
        bootstrap({ strapi }) {
          const note = ({ action, params, result }) =>
            void globalThis.fired.push(copy({ action, params, result }));
          strapi.db.lifecycles.subscribe({
            models: ['plugin::upload.file'],
            beforeCreate(event) {
              event.params.data.caption ??= 'set by the project';
              note(event);
            },
            afterCreate: note,
            beforeUpdate: note,
            afterUpdate: note,
            beforeDelete: note,
            afterDelete: note,
            beforeDeleteMany: note,
            afterDeleteMany: note,
          });
        },
      };`,
  },
};

let server: Server;

beforeAll(async () => {
  server = await startServer(PROJECT);
  await allowPublic(server, [...UPLOAD_ACTIONS, ...LINKING_ACTIONS]);
});
afterAll(() => server.stop());

const fired = (): Promise<Fired[]> =>
  server.inside(() => (globalThis as unknown as { fired: Fired[] }).fired.splice(0));

const upload = (name: string, bytes: Buffer, path = '/api/upload') =>
  sendFile(server, name, bytes, { path });

describe('lifecycles of plugin::upload.file', () => {
  let id: number;

  it('fire on creation, know the row, and can change it', async () => {
    await fired();
    const { body } = await upload('a.jpg', await samples.jpeg()).expect(201);
    id = body[0].id;
    const [before, after, ...more] = await fired();
    expect(more).toEqual([]);
    expect(before).toMatchObject({
      action: 'beforeCreate',
      params: {
        data: {
          name: 'a.jpg',
          mime: 'image/jpeg',
          url: body[0].url,
          provider: 'local',
          folder: expect.any(Number),
        },
      },
    });
    expect(before!.params.data!.formats).toEqual(body[0].formats);
    expect(after).toMatchObject({ action: 'afterCreate', result: { id, hash: body[0].hash } });
    expect(body[0].caption).toBe('set by the project');
  });

  it('fire on changes of words and of bytes', async () => {
    const change = request(server.url).post(`/api/upload?id=${id}`);
    await change.field('fileInfo', '{"name":"b.jpg"}').expect(200);
    expect(await fired()).toMatchObject([
      { action: 'beforeUpdate', params: { where: { id }, data: { name: 'b.jpg' } } },
      { action: 'afterUpdate', params: { where: { id } }, result: { id, name: 'b.jpg' } },
    ]);
    await upload('c.csv', samples.csv(), `/api/upload?id=${id}`).expect(200);
    expect(await fired()).toMatchObject([
      { action: 'beforeUpdate', params: { where: { id }, data: { mime: 'text/csv' } } },
      { action: 'afterUpdate', result: { id, name: 'c.csv', formats: null } },
    ]);
  });

  it('fire on removal, and say which file it was', async () => {
    await request(server.url).delete(`/api/upload/files/${id}`).expect(200);
    expect(await fired()).toMatchObject([
      { action: 'beforeDelete', params: { where: { id } } },
      { action: 'afterDelete', params: { where: { id } }, result: { id, name: 'c.csv' } },
    ]);
  });

  it('take an upload back when they throw', async () => {
    await server.inside((strapi) => {
      strapi.db.lifecycles.subscribe({
        models: ['plugin::upload.file'],
        afterCreate({ result }: { result: { name: string } }) {
          if (result.name === 'refused.csv') {
            throw new Error('not in this project');
          }
        },
      } as never);
    });
    const before = await server.uploaded();
    await upload('refused.csv', samples.csv()).expect(500);
    expect(await server.uploaded()).toEqual(before);
    const rows = await request(server.url).get('/api/upload/files').expect(200);
    expect(rows.body).toEqual([]);
  });
});

describe('middlewares of strapi.documents', () => {
  const seen = () =>
    server.inside(() =>
      (
        globalThis as unknown as {
          documents: Array<{ uid: string; action: string; data: unknown; result: unknown }>;
        }
      ).documents.splice(0)
    );

  it('see files in entries, with their URLs', async () => {
    const { published } = await createRestaurant(server);
    const form = upload('cover.jpg', await samples.jpeg());
    const { body } = await form
      .field('ref', 'api::restaurant.restaurant')
      .field('refId', published)
      .field('field', 'cover')
      .expect(201);
    await seen();
    await allowPublic(server, [
      ...UPLOAD_ACTIONS,
      ...LINKING_ACTIONS,
      'api::restaurant.restaurant.find',
    ]);
    await request(server.url).get('/api/restaurants?populate=cover').expect(200);
    const [read] = (await seen()).filter(({ uid }) => uid === 'api::restaurant.restaurant');
    expect(read).toMatchObject({ action: 'findMany' });
    expect(read!.result).toMatchObject([{ cover: { id: body[0].id, url: body[0].url } }]);
  });

  it('see what projects do to files through the document service', async () => {
    const { body } = await upload('doc.csv', samples.csv()).expect(201);
    await seen();
    const updated = await server.inside(
      (strapi, documentId) =>
        strapi
          .documents('plugin::upload.file')
          .update({ documentId, data: { caption: 'doc' } as object }),
      body[0].documentId
    );
    expect(updated).toMatchObject({ caption: 'doc' });
    expect(await seen()).toMatchObject([
      { uid: 'plugin::upload.file', action: 'update', data: { caption: 'doc' } },
    ]);
  });
});
