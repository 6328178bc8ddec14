import request from 'supertest';
import { createRestaurant, linkedNames } from '../support/entries';
import { allowPublic, LINKING_ACTIONS, UPLOAD_ACTIONS } from '../support/permissions';
import { MULTIPART, multipart, send } from '../support/raw';
import * as samples from '../support/samples';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';

const RESTAURANT = 'api::restaurant.restaurant';

let server: Server;
const upload = () => request(server.url).post('/api/upload');

beforeAll(async () => {
  server = await sharedServer();
  await allowPublic(server, [...UPLOAD_ACTIONS, ...LINKING_ACTIONS]);
});
afterAll(() => server.stop());

describe('uploading files', () => {
  it('answers 201 with a list of one file in the documented shape', async () => {
    const { status, body } = await upload().attach('files', samples.csv(), 'Stars & more.csv');
    expect(status).toBe(201);
    expect(body).toEqual([
      {
        id: expect.any(Number),
        documentId: expect.stringMatching(/^[a-z0-9]{24}$/),
        name: 'Stars & more.csv',
        alternativeText: null,
        caption: null,
        focalPoint: null,
        width: null,
        height: null,
        formats: null,
        hash: expect.stringMatching(/^Stars_and_more_[0-9a-f]{10}$/),
        ext: '.csv',
        mime: 'text/csv',
        size: 0.02,
        url: `/uploads/${body[0].hash}.csv`,
        previewUrl: null,
        provider: 'local',
        provider_metadata: null,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
        publishedAt: expect.any(String),
        isUrlSigned: false,
      },
    ]);
  });

  it('stores the bytes that were sent, under the URL that it answers', async () => {
    const { body } = await upload().attach('files', samples.csv(), 'stars.csv');
    const stored = await request(server.url).get(body[0].url);
    expect(stored.status).toBe(200);
    expect(stored.text).toBe(samples.csv().toString());
  });

  it('takes several files in one request and answers them in their order', async () => {
    const { status, body } = await upload()
      .attach('files', samples.csv(), 'first.csv')
      .attach('files', await samples.png(), 'second.png')
      .attach('files', samples.pdf(), 'third.pdf');
    expect(status).toBe(201);
    expect(body.map(({ name }: { name: string }) => name)).toEqual([
      'first.csv',
      'second.png',
      'third.pdf',
    ]);
  });

  it('leaves nothing in the staging folder', async () => {
    await upload()
      .attach('files', await samples.jpeg(), 'photo.jpg')
      .expect(201);
    expect((await server.uploaded()).filter((name) => name.startsWith('.staging'))).toEqual([]);
  });

  it('takes a chunked body without Content-Length', async () => {
    const body = multipart([{ name: 'files', params: 'filename="a.txt"', content: 'chunked' }]);
    const chunks = [body.subarray(0, 60), body.subarray(60, 100), body.subarray(100)];
    const answer = await send(server.url, { headers: MULTIPART, chunks });
    expect(answer.status).toBe(201);
  });

  it('puts files that arrive over REST into the folder "API Uploads"', async () => {
    const { body } = await upload().attach('files', samples.csv(), 'in-folder.csv');
    const file = await server.inside(
      (strapi, id) =>
        strapi.db.query('plugin::upload.file').findOne({ where: { id }, populate: ['folder'] }),
      body[0].id
    );
    expect(file.folder.name).toBe('API Uploads');
    expect(file.folderPath).toBe(file.folder.path);
  });
});

describe('fileInfo', () => {
  const info = {
    name: 'Named.csv',
    alternativeText: 'alt',
    caption: 'cap',
    focalPoint: { x: 1, y: 99 },
  };

  it('is taken as one object for one file', async () => {
    const { body } = await upload()
      .field('fileInfo', JSON.stringify(info))
      .attach('files', samples.csv(), 'a.csv');
    expect(body[0]).toMatchObject(info);
  });

  it('is taken after the files too', async () => {
    const { body } = await upload()
      .attach('files', samples.csv(), 'a.csv')
      .field('fileInfo', JSON.stringify(info));
    expect(body[0]).toMatchObject(info);
  });

  it('is taken as a list in the order of the files', async () => {
    const { body } = await upload()
      .attach('files', samples.csv(), 'a.csv')
      .field('fileInfo', JSON.stringify([{ caption: 'one' }, { caption: 'two' }]))
      .attach('files', samples.csv(), 'b.csv');
    expect(body).toMatchObject([
      { name: 'a.csv', caption: 'one' },
      { name: 'b.csv', caption: 'two' },
    ]);
  });

  it('is taken as several parts', async () => {
    const { body } = await upload()
      .field('fileInfo', JSON.stringify({ caption: 'one' }))
      .field('fileInfo', JSON.stringify({ caption: 'two' }))
      .attach('files', samples.csv(), 'a.csv')
      .attach('files', samples.csv(), 'b.csv');
    expect(body).toMatchObject([{ caption: 'one' }, { caption: 'two' }]);
  });

  it('cannot set what is not the callers to say', async () => {
    const { body } = await upload()
      .field('fileInfo', JSON.stringify({ hash: 'x', url: 'http://evil', folder: null, id: 7 }))
      .attach('files', samples.csv(), 'a.csv');
    expect(body[0].url).toMatch(/^\/uploads\/a_/);
    const { folderPath } = await server.inside(
      (strapi, id) => strapi.db.query('plugin::upload.file').findOne({ where: { id } }),
      body[0].id
    );
    expect(folderPath).not.toBe('/');
  });
});

describe('names', () => {
  const named = async (params: string) => {
    const body = multipart([{ name: 'files', params, type: 'text/plain', content: 'x' }]);
    const answer = await send(server.url, { headers: MULTIPART, chunks: [body] });
    expect(answer.status).toBe(201);
    return (answer.json() as unknown as Array<{ name: string; hash: string; url: string }>)[0]!;
  };

  it('are kept as given, in UTF-8', async () => {
    expect((await named('filename="Größe 日本 😀.txt"')).name).toBe('Größe 日本 😀.txt');
  });

  it('are read from filename* where that is sent (RFC 8187), whichever comes first', async () => {
    const encoded = "filename*=UTF-8''%E2%82%AC%20rates.txt";
    expect((await named(`filename="fallback.txt"; ${encoded}`)).name).toBe('€ rates.txt');
    expect((await named(`${encoded}; filename="fallback.txt"`)).name).toBe('€ rates.txt');
  });

  it('become safe hashes', async () => {
    const { hash } = await named('filename="../../etc/päss wörd?.txt"');
    expect(hash).toMatch(/^[A-Za-z0-9_-]+_[0-9a-f]{10}$/);
    expect(hash).toMatch(/^paess_woerd/);
  });

  it('lose the folders that some browsers send', async () => {
    expect((await named('filename="C:\\\\photos\\\\me.txt"')).name).toBe('me.txt');
    expect((await named('filename="dir/sub/me.txt"')).name).toBe('me.txt');
  });

  it('are made NFC', async () => {
    expect((await named(`filename="${'é'.normalize('NFD')}.txt"`)).name).toBe('é.txt');
  });

  it('of pictures named by fileInfo make the hash, the extension stays the file’s', async () => {
    const { body } = await upload()
      .field('fileInfo', JSON.stringify({ name: 'Holiday' }))
      .attach('files', await samples.png(), 'IMG_1.png');
    expect(body[0]).toMatchObject({ name: 'Holiday', ext: '.png' });
    expect(body[0].hash).toMatch(/^Holiday_/);
  });
});

describe('linking to an entry', () => {
  const link = (refId: string | number, field: string, more: Record<string, string> = {}) => {
    const req = upload().field({ ref: RESTAURANT, refId: String(refId), field, ...more });
    return req;
  };

  it('links a file by ref, refId and field', async () => {
    const { published } = await createRestaurant(server);
    await link(published, 'cover')
      .attach('files', await samples.png(), 'c.png')
      .expect(201);
    expect(await linkedNames(server, RESTAURANT, published, 'cover')).toEqual(['c.png']);
  });

  it('takes the fields after the files', async () => {
    const { published } = await createRestaurant(server);
    await upload()
      .attach('files', await samples.png(), 'late.png')
      .field({ field: 'cover', refId: String(published), ref: RESTAURANT })
      .expect(201);
    expect(await linkedNames(server, RESTAURANT, published, 'cover')).toEqual(['late.png']);
  });

  it('takes a bare model name of an API', async () => {
    const { published } = await createRestaurant(server);
    await link(published, 'cover', { ref: 'restaurant' })
      .attach('files', await samples.png(), 'bare.png')
      .expect(201);
    expect(await linkedNames(server, RESTAURANT, published, 'cover')).toEqual(['bare.png']);
  });

  it('takes a bare model name of a plugin, named by source', async () => {
    const id = await server.inside(async (strapi) => {
      const user = await strapi.db
        .query('plugin::users-permissions.user')
        .create({ data: { username: 'ann', email: 'ann@example.org', provider: 'local' } });
      return Number(user.id);
    });
    await link(id, 'avatar', { ref: 'user', source: 'users-permissions' })
      .attach('files', await samples.png(), 'me.png')
      .expect(201);
    const uid = 'plugin::users-permissions.user';
    expect(await linkedNames(server, uid, id, 'avatar')).toEqual(['me.png']);
  });

  it('takes a documentId, for the draft and the published version', async () => {
    const { documentId, draft, published } = await createRestaurant(server);
    await link(documentId, 'cover')
      .attach('files', await samples.png(), 'doc.png')
      .expect(201);
    expect(await linkedNames(server, RESTAURANT, draft, 'cover')).toEqual(['doc.png']);
    expect(await linkedNames(server, RESTAURANT, published, 'cover')).toEqual(['doc.png']);
  });

  it('appends to a multiple attribute, in the order of the files', async () => {
    const { published } = await createRestaurant(server);
    await link(published, 'covers')
      .attach('files', await samples.png(), '1.png')
      .attach('files', await samples.png(), '2.png')
      .expect(201);
    await link(published, 'covers')
      .attach('files', await samples.png(), '3.png')
      .expect(201);
    const names = await linkedNames(server, RESTAURANT, published, 'covers');
    expect(names).toEqual(['1.png', '2.png', '3.png']);
  });

  it('puts a new file in the place of the old one of a single attribute', async () => {
    const { published } = await createRestaurant(server);
    const old = await link(published, 'cover').attach('files', await samples.png(), 'old.png');
    await link(published, 'cover')
      .attach('files', await samples.png(), 'new.png')
      .expect(201);
    expect(await linkedNames(server, RESTAURANT, published, 'cover')).toEqual(['new.png']);
    await request(server.url).get(`/api/upload/files/${old.body[0].id}`).expect(200);
  });
});

describe('twenty first uploads at once', () => {
  it('make one folder "API Uploads"', async () => {
    const folders = () =>
      server.inside((strapi) =>
        strapi.db
          .query('plugin::upload.folder')
          .findMany({ where: { name: { $startsWith: 'API' } } })
      );
    await server.inside((strapi) => strapi.db.query('plugin::upload.folder').deleteMany({}));
    expect(await folders()).toHaveLength(0);

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => upload().attach('files', samples.csv(), `${i}.csv`))
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    expect(await folders()).toMatchObject([{ name: 'API Uploads' }]);
  });

  it('take the next name when the root has a folder of that name already', async () => {
    await server.inside(async (strapi) => {
      const folders = strapi.db.query('plugin::upload.folder');
      await folders.deleteMany({});
      await folders.create({ data: { name: 'API Uploads', pathId: 1, path: '/1' } });
    });
    await upload().attach('files', samples.csv(), 'a.csv').expect(201);
    const names = await server.inside((strapi) =>
      strapi.db.query('plugin::upload.folder').findMany({ select: ['name'], orderBy: 'name' })
    );
    expect(names).toMatchObject([{ name: 'API Uploads' }, { name: 'API Uploads (1)' }]);
  });
});
