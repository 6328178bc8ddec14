import request from 'supertest';
import { eventually } from '../support/ledger';
import { pluginsWith } from '../support/config';
import { createRestaurant } from '../support/entries';
import { allowPublic, LINKING_ACTIONS, UPLOAD_ACTIONS } from '../support/permissions';
import { MULTIPART, multipart, multipartStream, send } from '../support/raw';
import * as samples from '../support/samples';
import { lowestFreeDescriptor } from '../support/process';
import { startServer, type Server } from '../support/server';
import { stateOf } from '../support/state';

/** Tests that the faults of earlier versions are fixed. */

let server: Server;
beforeAll(async () => {
  server = await startServer({
    files: {
      'config/api.js': `module.exports = { rest: { prefix: '/API' } };`,
      'config/plugins.js': pluginsWith({ security: { deniedTypes: ['application/pdf'] } }),
      'src/middlewares/peek.js': `module.exports = () => async (ctx, next) => {
        ctx.state.peeked = ctx.request.body.anything;
        await next();
      };`,
      'config/middlewares.js': `module.exports = [
        'strapi::logger', 'strapi::errors', 'strapi::security', 'strapi::cors',
        'strapi::poweredBy', 'strapi::query', 'strapi::body',
        'global::peek',
        'strapi::session', 'strapi::favicon', 'strapi::public',
      ];`,
    },
  });
  await allowPublic(server, [...UPLOAD_ACTIONS, ...LINKING_ACTIONS]);
});
afterAll(() => server.stop());

const post = (parts: Parameters<typeof multipart>[0], path = '/API/upload') =>
  send(server.url, { path, headers: MULTIPART, chunks: [multipart(parts)] });
const file = { name: 'files', params: 'filename="a.txt"', type: 'text/plain', content: 'x' };

it('a refused first upload leaves no folder "API Uploads"', async () => {
  const before = await stateOf(server);
  expect(before.rows.folders).toBe(0);
  const broken = await samples.jpegWithoutPixels();
  const part = { name: 'files', params: 'filename="a.jpg"', type: 'image/jpeg', content: broken };
  expect((await post([part])).status).toBe(400);
  expect(await stateOf(server)).toEqual(before);
});

it('a prefix in capitals keeps anonymous bytes off the disk', async () => {
  await allowPublic(server, ['api::restaurant.restaurant.find']);
  const before = await stateOf(server);
  const chunks = multipartStream(20_000_000);
  const answer = await send(server.url, { path: '/API/upload', headers: MULTIPART, chunks });
  expect(answer.status).toBe(403);
  expect(await stateOf(server)).toEqual(before);
  await allowPublic(server, [...UPLOAD_ACTIONS, ...LINKING_ACTIONS]);
});

it('fileInfo that is sent as a Blob counts', async () => {
  const info = {
    name: 'fileInfo',
    params: 'filename="blob"',
    type: 'application/json',
    content: '{"caption":"from a blob"}',
  };
  expect((await post([file, info])).json()).toMatchObject([{ caption: 'from a blob' }]);
});

it('a files part with a type but without a name is a file', async () => {
  const unnamed = { ...file, params: undefined };
  expect((await post([unnamed])).json()).toMatchObject([{ name: 'unnamed' }]);
});

it('an empty ?id= is none', async () => {
  expect((await post([file], '/API/upload?id=')).status).toBe(201);
});

it('after a refusal no further file of the request is stored', async () => {
  const paths: string[] = [];
  const watching = setInterval(
    () => void server.uploaded().then((names) => paths.push(...names)),
    5
  );
  const before = await server.uploaded();
  const denied = { ...file, content: samples.pdf() };
  const large = { ...file, content: Buffer.alloc(30_000_000, 'x') };
  expect((await post([denied, large])).status).toBe(400);
  clearInterval(watching);
  expect(paths.filter((name) => !before.includes(name))).toEqual([]);
});

it.each(['abc', ''])('pagination=%s is 400', async (value) => {
  await request(server.url).get(`/API/upload/files/page?pagination=${value}`).expect(400);
});

it('a NUL in refId and a component by documentId are 4xx', async () => {
  const link = (ref: string, refId: string, field: string) =>
    post([
      file,
      { name: 'ref', content: ref },
      { name: 'refId', content: refId },
      { name: 'field', content: field },
    ]);
  expect((await link('restaurant', 'a\0b', 'cover')).status).toBe(404);
  expect((await link('media.slide', 'abc', 'picture')).status).toBe(404);
});

it('a file named with a percent sign is served', async () => {
  await server.inside((strapi) => {
    const fs = process.getBuiltinModule('node:fs');
    fs.writeFileSync(`${strapi.dirs.static.public}/uploads/a%20b.txt`, 'percent');
    fs.rmSync(`${strapi.dirs.static.public}/uploads/none`, { force: true });
  });
  await request(server.url).get('/uploads/a%2520b.txt').expect(200, 'percent');
});

it('headers that a project cannot set leave no file open', async () => {
  const failing = await startServer({
    files: {
      'config/plugins.js': `module.exports = () => ({
        upload: { config: { providerOptions: { localServer: {
          setHeaders(res, path, stats) {
            if (path.endsWith('fails.txt')) throw new Error('no');
            res.setHeader('Content-Type', 'application/octet-stream');
            res.setHeader('X-Size', String(stats.size));
          },
        } } } },
        'users-permissions': { config: { jwtSecret: 'test-only' } },
      });`,
    },
  });
  try {
    await failing.inside((strapi) => {
      const fs = process.getBuiltinModule('node:fs');
      for (const name of ['fails.txt', 'fine.txt']) {
        fs.writeFileSync(`${strapi.dirs.static.public}/uploads/${name}`, 'x');
      }
    });
    const before = await lowestFreeDescriptor(failing);
    for (let i = 0; i < 10; i += 1) {
      await request(failing.url).get('/uploads/fails.txt').expect(500);
    }
    expect(await lowestFreeDescriptor(failing)).toBeLessThan(before + 5);
    await request(failing.url)
      .get('/uploads/fine.txt')
      .expect('Content-Type', 'application/octet-stream')
      .expect('X-Size', '1');
  } finally {
    await failing.stop();
  }
});

it('HEAD ignores Range', async () => {
  const { body } = await request(server.url)
    .post('/API/upload')
    .attach('files', samples.csv(), 'a.csv');
  const head = { method: 'HEAD', path: body[0].url, headers: { range: 'bytes=0-1' } };
  expect((await send(server.url, head)).status).toBe(200);
});

it('a slow listener does not make the client wait', async () => {
  await server.inside((strapi) => {
    strapi.eventHub.on('media.create', () => new Promise(() => {}));
  });
  expect((await post([file])).status).toBe(201);
});

it('a picture said to be an HTML page is stored as the picture it is', async () => {
  const { body } = await request(server.url)
    .post('/API/upload')
    .attach('files', await samples.png({ width: 9, height: 9 }), 'page.html');
  expect(body[0]).toMatchObject({ ext: '.png', mime: 'image/png', name: 'page.html' });
});

it('an upload that fails inside a caller’s transaction takes its rows with it', async () => {
  const before = await stateOf(server);
  const events = await server.inside(async (strapi) => {
    const fs = process.getBuiltinModule('node:fs');
    const os = process.getBuiltinModule('node:os');
    const heard: string[] = [];
    strapi.eventHub.on('media.create', async () => void heard.push('create'));
    strapi.db.lifecycles.subscribe({
      models: ['plugin::upload.file'],
      beforeCreate({ params }: { params: { data: { name?: string } } }) {
        if (params.data.name === 'bad.txt') {
          throw new Error('the database refuses');
        }
      },
    } as never);
    const files = ['good.txt', 'bad.txt'].map((originalFilename) => {
      const filepath = `${os.tmpdir()}/${originalFilename}`;
      fs.writeFileSync(filepath, 'x');
      return { filepath, originalFilename, mimetype: 'text/plain', size: 1 };
    });
    await strapi.db.transaction(async () => {
      await strapi
        .plugin('upload')
        .service('upload')
        .upload({ data: {}, files })
        .catch(() => {});
    });
    files.forEach(({ filepath }) => fs.rmSync(filepath));
    await new Promise((resolve) => setTimeout(resolve, 200));
    return heard;
  });
  expect(events).toEqual([]);
  expect(await stateOf(server)).toEqual(before);
});

it('an entry deleted while its picture is on its way is a 404 without a link', async () => {
  const { published, documentId } = await createRestaurant(server);
  const before = await stateOf(server);
  await server.inside((strapi, documentId) => {
    strapi.db.lifecycles.subscribe({
      models: ['plugin::upload.file'],
      async afterCreate({ params }: { params: { data: { name?: string } } }) {
        if (params.data.name === 'late.txt') {
          await strapi.db.query('api::restaurant.restaurant').deleteMany({ where: { documentId } });
        }
      },
    } as never);
  }, documentId);
  const link = { ref: 'restaurant', refId: String(published), field: 'covers' };
  const { status } = await request(server.url)
    .post('/API/upload')
    .field(link)
    .attach('files', Buffer.from('x'), 'late.txt');
  expect(status).toBe(404);
  expect(await stateOf(server)).toEqual(before);
});

it('nothing is left open by uploads that cannot be staged', async () => {
  const before = await lowestFreeDescriptor(server);
  await server.inside(async (strapi) => {
    const fs = process.getBuiltinModule('node:fs');
    const os = process.getBuiltinModule('node:os');
    const filepath = `${os.tmpdir()}/leak.txt`;
    fs.writeFileSync(filepath, 'x'.repeat(200_000));
    const staging = `${strapi.dirs.static.public}/uploads/.staging`;
    fs.rmSync(staging, { recursive: true, force: true });
    fs.writeFileSync(staging, 'in the way');
    for (let i = 0; i < 10; i += 1) {
      await strapi
        .plugin('upload')
        .service('upload')
        .upload({
          data: {},
          files: { filepath, originalFilename: 'leak.txt', mimetype: 'text/plain', size: 1 },
        })
        .catch(() => {});
    }
    fs.rmSync(staging);
    fs.rmSync(filepath);
  });
  // Other descriptors, such as those of connections, come and go meanwhile.
  await eventually(
    async () => (await lowestFreeDescriptor(server)) < before + 5,
    'no descriptor stays open'
  );
});
