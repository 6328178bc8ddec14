import request, { type Test } from 'supertest';
import { superAdmin, type AdminClient } from '../support/admin';
import { sendFile } from '../support/api';
import { apiToken, member, type Caller } from '../support/callers';
import { pluginsWith } from '../support/config';
import { bytesOf } from '../support/consistency';
import { eventually, ledgerOf } from '../support/ledger';
import { allowPublic, allowRole, UPLOAD_ACTIONS } from '../support/permissions';
import { bytesWritten, LITTLE } from '../support/process';
import { multipartStream, MULTIPART, send } from '../support/raw';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';

interface File {
  id: number;
  documentId: string;
  name: string;
  hash: string;
  ext: string;
  caption: string | null;
}

const RESTAURANT = 'api::restaurant.restaurant';
const ENTRIES = ['create', 'update', 'find'].map((action) => `${RESTAURANT}.${action}`);
const OWN_FILES_ONLY = { roles: ['public', 'authenticated'], tokens: ['mobile app'] };

/**
 * Routes of the project: one route stores a file, another one deletes a file, and one calls an action of this plugin.
 */
const OWN_CODE = {
  'src/api/own/routes/own.js': `module.exports = { routes: [
    { method: 'POST', path: '/own', handler: 'own.store' },
    { method: 'POST', path: '/own-change', handler: 'plugin::upload.content-api.upload',
      config: { auth: { scope: ['plugin::upload.content-api.upload'] } } },
    { method: 'DELETE', path: '/own/:id', handler: 'own.remove' },
  ] };`,
  'src/api/own/controllers/own.js': `const service = () => strapi.plugin('upload').service('upload');
  module.exports = {
    async store(ctx) {
      const file = { filepath: __filename, originalFilename: 'own.txt', mimetype: 'text/plain', size: 1 };
      [ctx.body] = await service().upload({ data: {}, files: file });
    },
    async remove(ctx) {
      ctx.body = await service().remove(await service().findOne(ctx.params.id));
    },
  };`,
};

let server: Server;
let admin: AdminClient;
let ann: Caller;
let bob: Caller;
let phone: Caller;
let website: Caller;
const nobody = { authorization: '' };
type Who = Pick<Caller, 'authorization'>;

beforeAll(async () => {
  const config = { access: { ownFilesOnly: OWN_FILES_ONLY } };
  server = await startServer({
    files: { ...OWN_CODE, 'config/plugins.js': pluginsWith(config) },
  });
  admin = await superAdmin(server);
  const own = ['store', 'remove'].map((action) => `api::own.own.${action}`);
  const actions = [...UPLOAD_ACTIONS, ...ENTRIES, ...own];
  await allowPublic(server, actions);
  await allowRole(server, 'authenticated', actions);
  [ann, bob] = [await member(server, 'ann'), await member(server, 'bob')];
  phone = await apiToken(server, 'mobile app', actions);
  website = await apiToken(server, 'website', actions);
});
afterAll(() => server.stop());

/** Adds a caller's Authorization header to a request. */
const as = ({ authorization }: Who, sent: Test) =>
  authorization ? sent.set('Authorization', authorization) : sent;
const api = () => request(server.url);

const upload = async (who: Who, name = 'a.csv', content = samples.csv()): Promise<File> =>
  (await as(who, sendFile(server, name, content)).expect(201)).body[0];
/** The part of a URL that names a file: its id or its documentId. */
type Name = { id: number | string };
const update = (who: Who, { id }: Name) =>
  as(who, api().post(`/api/upload?id=${id}`)).field('fileInfo', '{"caption":"changed"}');
const replace = (who: Who, { id }: Name, content = Buffer.from('new,bytes\n1,2\n')) =>
  as(who, api().post(`/api/upload?id=${id}`)).attach('files', content, 'new.csv');
const remove = (who: Who, { id }: Name) => as(who, api().delete(`/api/upload/files/${id}`));

/** The two ways to name a file in a URL. */
const NAMES: Array<[string, (file: File) => Name]> = [
  ['its number', ({ id }) => ({ id })],
  ['its documentId', ({ documentId }) => ({ id: documentId })],
];

const ownerOf = async ({ id }: Pick<File, 'id'>) =>
  (await ledgerOf(server)).filter(({ fileId }) => fileId === id).map(({ owner }) => owner);

/** Changes the setting `access` while `work` runs. */
async function configured(access: object, work: () => Promise<void>): Promise<void> {
  const set = (value: object) =>
    server.inside((strapi, value) => void strapi.config.set('plugin::upload.access', value), value);
  await set(access);
  try {
    await work();
  } finally {
    await set({ ownFilesOnly: OWN_FILES_ONLY });
  }
}

/** Functions that store a file, by the kind of creator. */
const MAKERS: Record<string, () => Promise<File>> = {
  ann: () => upload(ann),
  'the token': () => upload(phone),
  'another token': () => upload(website),
  'the public': () => upload(nobody),
  'an editor': async () => {
    const sent = admin.post('/upload').attach('files', samples.csv(), 'a.csv');
    return (await sent.expect(201)).body[0];
  },
  'the built-in': async () => {
    const file = await upload(website);
    await server.inside(
      (strapi, file_id) => strapi.db.getConnection('upload_ledger').where({ file_id }).delete(),
      file.id
    );
    return file;
  },
};

const CALLERS: Record<string, { who: () => Who; may: string[] }> = {
  ann: { who: () => ann, may: ['ann'] },
  bob: { who: () => bob, may: [] },
  'the token': { who: () => phone, may: ['the token'] },
  'another token': { who: () => website, may: Object.keys(MAKERS) },
  'the public': { who: () => nobody, may: [] },
};

const PAIRS = Object.entries(CALLERS).flatMap(([caller, { who, may }]) =>
  Object.entries(MAKERS).flatMap(([maker, make]) =>
    NAMES.map(([by, named]) => {
      const status = may.includes(maker) ? 200 : 403;
      return [caller, maker, by, status, who, make, named] as const;
    })
  )
);

describe('whose files a caller may change', () => {
  it.each(PAIRS)('%s, a file of %s by %s: %i', async (...[, , , status, who, make, named]) => {
    const file = await make();
    const before = await ledgerOf(server);
    const name = named(file);
    const changes = [update(who(), name), replace(who(), name), remove(who(), name)];
    for (const change of changes) {
      const { body } = await change.expect(status);
      if (status === 403) {
        expect(body).toMatchObject({
          data: null,
          error: {
            name: 'ForbiddenError',
            message: expect.stringContaining('You did not create this file'),
          },
        });
      }
    }
    if (status === 403) {
      const { body } = await api().get(`/api/upload/files/${file.id}`).expect(200);
      expect(body).toMatchObject({ name: 'a.csv', caption: null });
      expect(await bytesOf(server, file)).toEqual(samples.csv());
      expect(await ledgerOf(server)).toEqual(before);
    }
  });

  it('what is not there is a 404 as before', async () => {
    for (const id of [99_999, 'none', '1.0'] as number[]) {
      await update(ann, { id }).expect(404);
      await replace(ann, { id }).expect(404);
      await remove(ann, { id }).expect(404);
    }
    await as(ann, api().post('/api/upload?id=1&id=2')).field('fileInfo', '{}').expect(400);
  });

  it('is asked before a byte is read', async () => {
    const { id } = await upload(ann);
    const before = await bytesWritten(server);
    const { status } = await send(server.url, {
      path: `/api/upload?id=${id}`,
      headers: { ...MULTIPART, authorization: bob.authorization },
      chunks: multipartStream(256 * 2 ** 20),
    });
    expect(status).toBe(403);
    expect((await bytesWritten(server)) - before).toBeLessThan(LITTLE);
  });

  it('is asked for JSON, and on routes that a project makes to these actions', async () => {
    const file = await upload(ann);
    for (const path of ['/api/upload', '/api/own-change']) {
      const change = (who: Who) =>
        as(who, api().post(`${path}?id=${file.id}`)).send({ fileInfo: { caption: 'x' } });
      await change(bob).expect(403);
      await change(ann).expect(200);
    }
  });

  it('is not asked by what a project does itself', async () => {
    const { id } = await upload(ann);
    await as(bob, api().delete(`/api/own/${id}`)).expect(200);
  });

  it('does not count for reading, nor for links to entries', async () => {
    const { id } = await upload(ann, 'a.png', await samples.png());
    await as(bob, api().get(`/api/upload/files/${id}`)).expect(200);
    const { body } = await as(bob, api().get('/api/upload/files')).expect(200);
    expect(body.map((file: File) => file.id)).toContain(id);
    const data = { name: 'Linked', cover: id };
    await as(bob, api().post('/api/restaurants')).send({ data }).expect(201);
  });

  it('does not count for editors, whose own conditions are Strapi’s', async () => {
    const file = await upload(ann);
    await admin.delete(`/upload/files/${file.id}`).expect(200);
  });
});

describe('configuration', () => {
  it('restricts nobody without it', async () => {
    await configured({}, async () => {
      for (const { who } of Object.values(CALLERS)) {
        const file = await upload(ann);
        await update(who(), file).expect(200);
        await replace(who(), file).expect(200);
        await remove(who(), file).expect(200);
      }
    });
  });

  it('restricts all roles, or all tokens, with true', async () => {
    const file = await upload(ann);
    await configured({ ownFilesOnly: { roles: true } }, async () => {
      await update(bob, file).expect(403);
      await update(nobody, file).expect(403);
      await update(phone, file).expect(200);
    });
    await configured({ ownFilesOnly: { tokens: true } }, async () => {
      await update(website, file).expect(403);
      await update(bob, file).expect(200);
    });
  });
});

describe('who created a file', () => {
  it('is who sent it, in each way in', async () => {
    expect(await ownerOf(await upload(ann))).toEqual([`user:${ann.id}`]);
    expect(await ownerOf(await upload(website))).toEqual([`token:${website.id}`]);
    expect(await ownerOf(await upload(nobody))).toEqual([null]);
    expect(await ownerOf(await MAKERS['an editor']!())).toEqual(['admin:1']);
    const many = as(bob, api().post('/api/upload'))
      .attach('files', samples.csv(), 'one.csv')
      .attach('files', samples.csv(), 'two.csv');
    for (const file of (await many.expect(201)).body) {
      expect(await ownerOf(file)).toEqual([`user:${bob.id}`]);
    }
  });

  it('is who sent the entry that it came with', async () => {
    const sent = as(ann, api().post('/api/restaurants?populate=cover'))
      .field('data', '{"name":"With a file"}')
      .attach('files.cover', await samples.png(), 'cover.png');
    const { cover } = (await sent.expect(201)).body.data;
    expect(await ownerOf(cover)).toEqual([`user:${ann.id}`]);
    await remove(bob, cover).expect(403);
    await remove(ann, cover).expect(200);
  });

  it('is the editor who had it fetched by its URL', async () => {
    await configured({}, async () => {
      await server.inside(
        (strapi) =>
          void strapi.config.set('plugin::upload.urlImport', {
            timeout: 10_000,
            allowedNetworks: ['127.0.0.0/8'],
          })
      );
      await admin
        .post('/upload/actions/upload-from-urls')
        .send({ urls: [`${server.url}/favicon.ico`] })
        .expect(200);
    });
    const [last] = (await ledgerOf(server)).slice(-1);
    expect(last).toMatchObject({ objects: [{ ext: '.png' }], owner: 'admin:1' });
  });

  it('is who made the request in which a project’s own code stored it', async () => {
    const { body } = await as(ann, api().post('/api/own')).expect(200);
    expect(await ownerOf(body)).toEqual([`user:${ann.id}`]);
    const outside = await server.inside(async (strapi) => {
      const { writeFileSync } = process.getBuiltinModule('node:fs');
      writeFileSync('outside.txt', 'text');
      const files = { filepath: 'outside.txt', originalFilename: 'a.txt', mimetype: null, size: 4 };
      const [file] = await strapi.plugin('upload').service('upload').upload({ data: {}, files });
      return { id: file.id as number };
    });
    expect(await ownerOf(outside)).toEqual([null]);
  });

  it('stays so whoever changes it, and whatever becomes of its sizes', async () => {
    const file = await upload(ann, 'photo.jpg', await samples.jpeg());
    const photo = await samples.jpeg({ width: 1200 });
    await replace(website, file, photo).expect(200);
    await update(website, file).expect(200);
    await admin
      .post(`/upload/files/${file.id}/replace`)
      .attach('files', photo, 'b.jpg')
      .expect(200);
    const folder = await admin.post('/upload/folders').send({ name: 'Moved' }).expect(201);
    await admin
      .post('/upload/actions/bulk-move')
      .send({ fileIds: [file.id], destinationFolderId: folder.body.data.id })
      .expect(200);
    await server.inside(
      (strapi) => void strapi.config.set('plugin::upload.breakpoints', { tiny: 100 })
    );
    await admin.post('/upload/regenerate').send({ mode: 'all' });
    await eventually(async () => {
      const { body } = await admin.get('/upload/regenerate').expect(200);
      return body.data.state !== 'running';
    }, 'sizes are made anew');
    const { body } = await api().get(`/api/upload/files/${file.id}`).expect(200);
    expect(Object.keys(body.formats)).toContain('tiny');

    expect(await ownerOf(file)).toEqual([`user:${ann.id}`]);
    await replace(bob, file).expect(403);
    await replace(ann, file, photo).expect(200);
    expect(await ownerOf(file)).toEqual([`user:${ann.id}`]);
    await remove(ann, file).expect(200);
  });

  it('stays so where a replaced file gets a new URL', async () => {
    const versioned = (url: string) =>
      server.inside(
        (strapi, url) => void strapi.config.set('plugin::upload.replace', { url }),
        url
      );
    const file = await upload(ann);
    await versioned('versioned');
    await replace(website, file).expect(200);
    await versioned('stable');
    await remove(bob, file).expect(403);
    await remove(ann, file).expect(200);
  });

  it('is nobody of a file that the built-in stored, also when somebody has replaced it', async () => {
    const file = await MAKERS['the built-in']!();
    await replace(website, file).expect(200);
    expect(await ownerOf(file)).toEqual([null]);
    await remove(ann, file).expect(403);
  });

  /** SQLite can use an id again after the table was created anew. */
  describe('when an id is given again', () => {
    it('is not the next file’s', async () => {
      const file = await upload(ann);
      await server.inside(
        (strapi, where) =>
          strapi.db.getConnection('files').where(where).update({ document_id: 'of-the-next-one' }),
        { id: file.id }
      );
      await remove(ann, file).expect(403);
      await replace(website, file).expect(200);
      await remove(ann, file).expect(403);
    });

    it('is not the next user', async () => {
      const file = await upload(ann);
      const bornAt = (created_at: number) =>
        server.inside(
          async (strapi, id, created_at) => {
            await strapi.db.getConnection('up_users').where({ id }).update({ created_at });
          },
          ann.id,
          created_at
        );
      await bornAt(Date.now() + 120_000);
      await update(ann, file).expect(403);
      // Simulates a file that was created by an instance whose clock is ahead.
      await bornAt(Date.now() + 30_000);
      await update(ann, file).expect(200);
    });
  });
});
