import request from 'supertest';
import { createRestaurant, linkedNames } from '../support/entries';
import { allowPublic, LINKING_ACTIONS, UPLOAD_ACTIONS } from '../support/permissions';
import { bytesWritten, LITTLE } from '../support/process';
import { MULTIPART, multipartStream, send } from '../support/raw';
import * as samples from '../support/samples';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';
import { stateOf } from '../support/state';

let server: Server;
const api = () => request(server.url);
const create = async (name: string, content: Buffer = samples.csv()) => {
  const { body } = await api().post('/api/upload').attach('files', content, name).expect(201);
  return body[0];
};
const listenTo = (event: string) =>
  server.inside((strapi, event) => {
    const seen = ((globalThis as Record<string, unknown>).seen = [] as unknown[]);
    strapi.eventHub.on(event, async (payload: unknown) => void seen.push(payload));
  }, event);
const heard = () => server.inside(() => (globalThis as Record<string, unknown>).seen);

beforeAll(async () => {
  server = await sharedServer();
  await allowPublic(server, [...UPLOAD_ACTIONS, ...LINKING_ACTIONS]);
});
afterAll(() => server.stop());

describe('GET /api/upload/files', () => {
  beforeAll(async () => {
    for (const name of ['alpha.csv', 'beta.csv', 'gamma.pdf']) {
      await create(name, name.endsWith('.pdf') ? samples.pdf() : samples.csv());
    }
  });

  const names = ({ body }: { body: Array<{ name: string }> }) => body.map(({ name }) => name);

  it('answers a plain list', async () => {
    const answer = await api().get('/api/upload/files?sort=name');
    expect(answer.status).toBe(200);
    expect(names(answer)).toEqual(['alpha.csv', 'beta.csv', 'gamma.pdf']);
  });

  it('filters and sorts', async () => {
    const answer = await api().get('/api/upload/files?filters[ext]=.csv&sort=name:desc');
    expect(names(answer)).toEqual(['beta.csv', 'alpha.csv']);
  });

  it('selects fields', async () => {
    const { body } = await api().get('/api/upload/files?fields[0]=name&sort=name');
    expect(Object.keys(body[0]).sort()).toEqual(['documentId', 'id', 'isUrlSigned', 'name']);
  });

  it('pages where a page is asked for', async () => {
    const answer = await api().get(
      '/api/upload/files?sort=name&pagination[page]=2&pagination[pageSize]=2'
    );
    expect(names(answer)).toEqual(['gamma.pdf']);
  });

  it('refuses what cannot be queried', async () => {
    await api().get('/api/upload/files?filters[nonsense]=1').expect(400);
    await api().get('/api/upload/files?filters[folderPath]=/1').expect(400);
  });

  it('does not show the folder', async () => {
    const { body } = await api().get('/api/upload/files');
    expect(body[0]).not.toHaveProperty('folder');
    expect(body[0]).not.toHaveProperty('folderPath');
  });

  describe('/page', () => {
    it('answers data and pagination', async () => {
      const { body } = await api().get('/api/upload/files/page?sort=name&pagination[pageSize]=2');
      expect(names({ body: body.data })).toEqual(['alpha.csv', 'beta.csv']);
      expect(body.meta.pagination).toEqual({ page: 1, pageSize: 2, pageCount: 2, total: 3 });
    });

    it('pages by start and limit', async () => {
      const { body } = await api().get(
        '/api/upload/files/page?sort=name&pagination[start]=1&pagination[limit]=1'
      );
      expect(names({ body: body.data })).toEqual(['beta.csv']);
      expect(body.meta.pagination).toEqual({ start: 1, limit: 1, total: 3 });
    });

    it('leaves the count out where it is not wanted', async () => {
      const { body } = await api().get('/api/upload/files/page?pagination[withCount]=false');
      expect(body.meta.pagination).toEqual({ page: 1, pageSize: 25 });
    });

    it('refuses a withCount that is neither yes nor no', async () => {
      await api().get('/api/upload/files/page?pagination[withCount]=maybe').expect(400);
    });
  });
});

describe('GET /api/upload/files/:id', () => {
  it('answers the file', async () => {
    const file = await create('one.csv');
    const { status, body } = await api().get(`/api/upload/files/${file.id}`);
    expect(status).toBe(200);
    expect(body).toEqual(file);
  });

  it.each(['99999', '0', 'abc', '-1', '1e3', '99999999999999999999'])('answers 404 for %s', (id) =>
    api().get(`/api/upload/files/${id}`).expect(404)
  );
});

describe('POST /api/upload?id= without a file', () => {
  it('updates what is said about the file and leaves the rest', async () => {
    const file = await create('info.csv');
    const { status, body } = await api()
      .post(`/api/upload?id=${file.id}`)
      .field('fileInfo', JSON.stringify({ alternativeText: 'My new alternative text!' }));
    expect(status).toBe(200);
    expect(body).toEqual({
      ...file,
      alternativeText: 'My new alternative text!',
      updatedAt: expect.any(String),
    });
  });

  it('takes a JSON body too', async () => {
    const file = await create('json.csv');
    const { status, body } = await api()
      .post(`/api/upload?id=${file.id}`)
      .send({ fileInfo: { caption: 'from JSON', focalPoint: { x: 10, y: 20 } } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ caption: 'from JSON', focalPoint: { x: 10, y: 20 } });
  });

  it('tells media.update', async () => {
    const file = await create('event.csv');
    await listenTo('media.update');
    await api().post(`/api/upload?id=${file.id}`).field('fileInfo', '{"caption":"x"}').expect(200);
    expect(await heard()).toMatchObject([{ media: { id: file.id, caption: 'x' } }]);
  });

  it.each(['99999', 'abc'])('answers 404 for the unknown id %s', (id) =>
    api().post(`/api/upload?id=${id}`).field('fileInfo', '{"caption":"x"}').expect(404)
  );

  it('answers 400 without fileInfo, and for one that does not fit', async () => {
    const file = await create('bad-info.csv');
    await api().post(`/api/upload?id=${file.id}`).field('other', '1').expect(400);
    const { status, body } = await api()
      .post(`/api/upload?id=${file.id}`)
      .field('fileInfo', '{"focalPoint":{"x":1000,"y":0}}');
    expect(status).toBe(400);
    expect(body.error.message).toContain('fileInfo.focalPoint.x');
  });
});

describe('POST /api/upload?id= with a file', () => {
  const replace = (id: number, content: Buffer, name: string) =>
    api().post(`/api/upload?id=${id}`).attach('files', content, name);

  it('replaces the bytes and keeps id, URL and extension', async () => {
    const old = await create('old.csv');
    const { status, body } = await replace(old.id, Buffer.from('new,content\n'), 'new.csv');
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: old.id, url: old.url, hash: old.hash, name: 'new.csv' });
    expect((await api().get(old.url)).text).toBe('new,content\n');
  });

  it('keeps folder, links and what was said about the file', async () => {
    const { published } = await createRestaurant(server);
    const { body: created } = await api()
      .post('/api/upload')
      .field({ ref: 'restaurant', refId: String(published), field: 'covers' })
      .field('fileInfo', '{"caption":"kept"}')
      .attach('files', await samples.png(), 'a.png');
    const { body } = await replace(created[0].id, await samples.jpeg(), 'b.jpg').expect(200);
    expect(body.caption).toBe('kept');
    const names = await linkedNames(server, 'api::restaurant.restaurant', published, 'covers');
    expect(names).toEqual(['b.jpg']);
    const { folder } = await server.inside(
      (strapi, id) =>
        strapi.db.query('plugin::upload.file').findOne({ where: { id }, populate: ['folder'] }),
      body.id
    );
    expect(folder.name).toMatch(/^API Uploads/);
  });

  it('replaces the formats of a picture, and removes those the new one has not', async () => {
    const old = await create('big.jpg', await samples.jpeg({ width: 1600, height: 1200 }));
    const { body } = await replace(
      old.id,
      await samples.jpeg({ width: 600, height: 400 }),
      's.jpg'
    );
    expect(Object.keys(body.formats).sort()).toEqual(['small', 'thumbnail']);
    expect(body).toMatchObject({ width: 600, height: 400 });
    await api().get(old.formats.large.url).expect(404);
    await api().get(body.formats.small.url).expect(200);
  });

  it('leaves no formats when a picture becomes a document', async () => {
    const old = await create('pic.jpg', await samples.jpeg());
    const { body } = await replace(old.id, samples.pdf(), 'doc.pdf');
    expect(body).toMatchObject({
      url: old.url,
      ext: '.jpg',
      mime: 'application/pdf',
      formats: null,
      width: null,
      height: null,
    });
    expect((await server.uploaded()).filter((name) => name.includes(old.hash))).toEqual([
      `${old.hash}.jpg`,
    ]);
  });

  it('refuses two files and keeps the old one', async () => {
    const old = await create('two.csv');
    const before = await stateOf(server);
    await replace(old.id, samples.csv(), 'a.csv')
      .attach('files', samples.csv(), 'b.csv')
      .expect(400);
    expect(await stateOf(server)).toEqual(before);
  });

  it('answers 404 for an unknown id and keeps nothing of the file', async () => {
    const before = await stateOf(server);
    await replace(99999, samples.csv(), 'a.csv').expect(404);
    expect(await stateOf(server)).toEqual(before);
  });

  it('puts the old bytes back when the row cannot be written', async () => {
    const old = await create('kept.jpg', await samples.jpeg({ width: 800, height: 600 }));
    const bytes = (await api().get(old.url).buffer()).body;
    const before = await stateOf(server);
    await server.inside((strapi) => {
      strapi.db.lifecycles.subscribe({
        models: ['plugin::upload.file'],
        beforeUpdate({ params }: { params: { data: { name?: string } } }) {
          if (params.data.name === 'fails.jpg') {
            throw new Error('the database refuses');
          }
        },
      } as never);
    });
    await replace(old.id, await samples.jpeg({ width: 1200, height: 900 }), 'fails.jpg').expect(
      500
    );
    expect(await stateOf(server)).toEqual(before);
    expect((await api().get(old.url).buffer()).body).toEqual(bytes);
  });
});

describe('DELETE /api/upload/files/:id', () => {
  it('answers the deleted file and removes row, links, bytes and formats', async () => {
    const { published } = await createRestaurant(server);
    const before = await stateOf(server);
    const { body } = await api()
      .post('/api/upload')
      .field({ ref: 'restaurant', refId: String(published), field: 'cover' })
      .attach('files', await samples.jpeg(), 'gone.jpg');
    const deleted = await api().delete(`/api/upload/files/${body[0].id}`);
    expect(deleted.status).toBe(200);
    expect(deleted.body).toMatchObject({ id: body[0].id, name: 'gone.jpg' });
    expect(await stateOf(server)).toEqual(before);
    await api().get(`/api/upload/files/${body[0].id}`).expect(404);
  });

  it('answers one of two requests at once with 200 and the other with 404', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await create('twice.csv');
      const answers = await Promise.all([
        api().delete(`/api/upload/files/${id}`),
        api().delete(`/api/upload/files/${id}`),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
    }
  });

  it('answers 404 for an unknown id', () => api().delete('/api/upload/files/99999').expect(404));

  it('tells media.delete', async () => {
    const { id } = await create('told.csv');
    await listenTo('media.delete');
    await api().delete(`/api/upload/files/${id}`).expect(200);
    expect(await heard()).toMatchObject([{ media: { id } }]);
  });
});

describe('a file by its documentId', () => {
  const row = (id: number) =>
    server.inside(
      (strapi, id) => strapi.db.query('plugin::upload.file').findOne({ where: { id } }),
      id
    );

  it('is answered, changed, replaced and deleted as by its number', async () => {
    const { id, documentId } = await create('named.csv');
    const { body } = await api().get(`/api/upload/files/${documentId}`).expect(200);
    expect(body).toMatchObject({ id, documentId, name: 'named.csv' });

    const path = `/api/upload?id=${documentId}`;
    const changed = await api().post(path).field('fileInfo', '{"caption":"new"}').expect(200);
    expect(changed.body).toMatchObject({ id, caption: 'new' });
    const replaced = await api().post(path).attach('files', samples.pdf(), 'a.pdf').expect(200);
    expect(replaced.body).toMatchObject({ id, documentId, name: 'a.pdf' });
    await api()
      .post(path)
      .send({ fileInfo: { caption: 'json' } })
      .expect(200);
    expect(await row(id)).toMatchObject({ caption: 'json', mime: 'application/pdf' });

    const deleted = await api().delete(`/api/upload/files/${documentId}`).expect(200);
    expect(deleted.body).toMatchObject({ id });
    expect(await row(id)).toBeNull();
    await api().delete(`/api/upload/files/${documentId}`).expect(404);
  });

  it('is no other file’s that the id begins like', async () => {
    const { id } = await create('kept.csv');
    for (const name of [
      `${id}abcdefghijklmnopqrstuvw`,
      `${id}.0`,
      `${id} `,
      `0x${id}`,
      `${id}e0`,
    ]) {
      const encoded = encodeURIComponent(name);
      await api().get(`/api/upload/files/${encoded}`).expect(404);
      await api().delete(`/api/upload/files/${encoded}`).expect(404);
      const path = `/api/upload?id=${encoded}`;
      await api().post(path).field('fileInfo', '{"caption":"wrong"}').expect(404);
      await api().post(path).attach('files', samples.pdf(), 'wrong.pdf').expect(404);
    }
    expect(await row(id)).toMatchObject({ name: 'kept.csv', caption: null });
  });

  it('that no file has is told before a byte of the body is read', async () => {
    for (const id of ['99999', 'none']) {
      const before = await bytesWritten(server);
      const { status } = await send(server.url, {
        path: `/api/upload?id=${id}`,
        headers: MULTIPART,
        chunks: multipartStream(64 * 2 ** 20),
      });
      expect(status).toBe(404);
      expect((await bytesWritten(server)) - before).toBeLessThan(LITTLE);
    }
  });
});
