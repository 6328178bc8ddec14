import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import { superAdmin } from '../support/admin';
import { get, sendFile, startPublicServer, storeFile } from '../support/api';
import { pluginsWith } from '../support/config';
import { ledgerOf } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { privateFolderOf, privateNames, signedQuery, storedRow } from '../support/private-files';
import { createProject, type Project } from '../support/project';
import { send } from '../support/raw';
import * as samples from '../support/samples';
import { startServer, type Server, type ServerOptions } from '../support/server';
import { sharedServer } from '../support/shared';

interface Answered {
  id: number;
  name: string;
  url: string;
  hash: string;
  ext: string;
  isUrlSigned: boolean;
  formats: Record<string, { url: string; hash: string; ext: string }> | null;
}

let server: Server;

async function start(config: Record<string, unknown>, options: ServerOptions = {}) {
  const files = { 'config/plugins.js': pluginsWith(config), ...options.files };
  server = await startPublicServer({ ...options, files });
}

const form = (path: string, content: Buffer, name: string, info: object = {}) =>
  sendFile(server, name, content, { path, info });

const upload = (name: string, content: Buffer, info: object = {}): Promise<Answered> =>
  storeFile(server, name, content, { info });

const replace = async ({ id }: Answered, content: Buffer, name: string): Promise<Answered> =>
  (await form(`/api/upload?id=${id}`, content, name).expect(200)).body;

const remove = ({ id }: Answered) =>
  request(server.url).delete(`/api/upload/files/${id}`).expect(200);

const read = async (url: string) => {
  const { status, body } = await get(server, url);
  return { status, text: String(body) };
};

const small = () => samples.jpeg({ width: 300, height: 200, quality: 20 });
const bare = (url: string) => url.split('?')[0]!;
const objectsOf = ({ hash, ext, formats }: Answered) =>
  [{ hash, ext }, ...Object.values(formats ?? {})].map((object) => object.hash + object.ext).sort();

describe('where all files are private', () => {
  beforeAll(() => start({ providerOptions: { private: true } }));
  afterAll(() => server.stop());

  it('a replaced one stays where it is, and readers get the new bytes', async () => {
    const before = await upload('a.jpg', await small());
    const after = await replace(before, Buffer.from('new text'), 'b.txt');
    expect(bare(after.url)).toBe(bare(before.url));
    expect(after.isUrlSigned).toBe(true);
    expect(await read(before.url)).toEqual({ status: 200, text: 'new text' });
    expect((await read(before.formats!.thumbnail!.url)).status).toBe(404);
    expect(await privateNames(server)).toEqual(objectsOf(after));
    const picture = await replace(after, await small(), 'c.jpg');
    expect((await read(picture.formats!.thumbnail!.url)).status).toBe(200);
    expect(await privateNames(server)).toEqual(objectsOf(picture));
    await remove(picture);
    expect([await privateNames(server), await server.uploaded()]).toEqual([[], []]);
  });

  it('a failed replacement leaves the old one as it was', async () => {
    const before = await upload('a.txt', Buffer.from('old'));
    await server.inside((strapi) => {
      let refusals = 0;
      strapi.db.lifecycles.subscribe({
        models: ['plugin::upload.file'],
        beforeUpdate() {
          refusals += 1;
          if (refusals === 1) {
            throw new Error('no');
          }
        },
      });
    });
    await form(`/api/upload?id=${before.id}`, Buffer.from('new'), 'a.txt').expect(500);
    expect(await read(before.url)).toEqual({ status: 200, text: 'old' });
    expect(await privateNames(server)).toEqual(objectsOf(before));
    await remove(before);
    expect(await privateNames(server)).toEqual([]);
  });

  it('deleting a folder deletes those in it', async () => {
    const admin = await superAdmin(server);
    const folder = await admin.post('/upload/folders').send({ name: 'Box', parent: null });
    const { id } = folder.body.data;
    const { body } = await admin
      .post('/upload')
      .field('fileInfo', JSON.stringify({ folder: id }))
      .attach('files', await small(), 'a.jpg')
      .expect(201);
    expect((await read(body[0].url)).status).toBe(200);
    expect(await privateNames(server)).toHaveLength(2);
    await admin
      .post('/upload/actions/bulk-delete')
      .send({ folderIds: [id] })
      .expect(200);
    expect(await privateNames(server)).toEqual([]);
    expect(await ledgerOf(server)).toEqual([]);
  });

  it('a refused request leaves nothing', async () => {
    const broken = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Buffer.from('nothing more')]);
    await form('/api/upload', await small(), 'a.jpg')
      .attach('files', broken, 'b.jpg')
      .expect(400);
    await form('/api/upload', await small(), 'a.jpg', { private: false }).expect(400);
    expect([await privateNames(server), await server.uploaded()]).toEqual([[], []]);
  });

  it('what was public before stays public, and is replaced and deleted there', async () => {
    const { id } = await upload('a.txt', Buffer.from('private'));
    const hash = 'before_0123456789';
    await writeFile(path.join(server.project.uploads, `${hash}.txt`), 'public');
    await server.inside(
      async (strapi, id, hash) => {
        const data = { hash, url: `/uploads/${hash}.txt` };
        await strapi.db.query('plugin::upload.file').update({ where: { id }, data });
      },
      id,
      hash
    );
    const { body } = await request(server.url).get(`/api/upload/files/${id}`).expect(200);
    expect(body).toMatchObject({ url: `/uploads/${hash}.txt`, isUrlSigned: false });
    const after = await replace(body, Buffer.from('still public'), 'b.txt');
    expect(await read(after.url)).toEqual({ status: 200, text: 'still public' });
    await remove(after);
    expect(await server.uploaded()).toEqual([]);
  });

  it('is signed where only its URL or its formats are asked for', async () => {
    const picture = await upload('a.jpg', await small());
    const url = `/api/upload/files?filters[id]=${picture.id}`;
    const { body: urls } = await request(server.url).get(`${url}&fields=url`).expect(200);
    expect((await read(urls[0].url)).status).toBe(200);
    const { body: formats } = await request(server.url).get(`${url}&fields=formats`).expect(200);
    expect((await read(formats[0].formats.thumbnail.url)).status).toBe(200);
    await remove(picture);
  });

  it('no row takes a signed URL, even without what says that it is one', async () => {
    const file = await upload('a.txt', Buffer.from('x'));
    await server.inside(
      async (strapi, id, url) => {
        const row = await strapi.db.query('plugin::upload.file').findOne({ where: { id } });
        const { documentId } = row;
        const data = { url, caption: 'sent back' } as object;
        await strapi.documents('plugin::upload.file').update({ documentId, data });
      },
      file.id,
      file.url
    );
    expect(await storedRow(server, file.id)).toMatchObject({
      caption: 'sent back',
      url: bare(file.url),
    });
    await remove(file);
  });
});

describe('where each file may choose', () => {
  beforeAll(() => start({ allowPrivate: true, replace: { url: 'versioned' } }));
  afterAll(() => server.stop());

  it('those that say so are private, the others public, also in one request', async () => {
    const info = [{ private: true }, {}, { private: false, caption: 'c' }, { private: true }];
    const sent = request(server.url).post('/api/upload').field('fileInfo', JSON.stringify(info));
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']) {
      sent.attach('files', await small(), name);
    }
    const files: Answered[] = (await sent.expect(201)).body;
    expect(files.map(({ isUrlSigned }) => isUrlSigned)).toEqual([true, false, false, true]);
    const [first, second, third, fourth] = files as [Answered, Answered, Answered, Answered];
    expect(await privateNames(server)).toEqual([...objectsOf(first), ...objectsOf(fourth)].sort());
    expect(await server.uploaded()).toEqual([...objectsOf(second), ...objectsOf(third)].sort());
    for (const { url, formats, isUrlSigned } of files) {
      for (const one of [url, formats!.thumbnail!.url]) {
        expect((await read(one)).status).toBe(200);
        expect((await read(bare(one))).status).toBe(isUrlSigned ? 403 : 200);
      }
    }
    const ledger = await ledgerOf(server);
    for (const { id, isUrlSigned } of files) {
      const objects = ledger.find(({ fileId }) => fileId === id)!.objects as Array<{
        private?: boolean;
      }>;
      expect(objects.map((object) => object.private ?? false)).toEqual([isUrlSigned, isUrlSigned]);
    }
    for (const file of files) {
      await remove(file);
    }
    expect([await privateNames(server), await server.uploaded()]).toEqual([[], []]);
  });

  it('a replaced one stays private under its new URL, and a public one public', async () => {
    for (const isPrivate of [true, false]) {
      const before = await upload('a.jpg', await small(), { private: isPrivate });
      const after = await replace(before, await small(), 'b.jpg');
      expect(bare(after.url)).not.toBe(bare(before.url));
      expect(after.isUrlSigned).toBe(isPrivate);
      expect((await read(after.url)).status).toBe(200);
      expect((await read(bare(after.url))).status).toBe(isPrivate ? 403 : 200);
      expect((await read(before.url)).status).toBe(404);
      const names = isPrivate ? await privateNames(server) : await server.uploaded();
      expect(names).toEqual(objectsOf(after));
      await remove(after);
    }
  });

  it('what is private stays so: an update or a replacement that says otherwise is refused', async () => {
    const closed = await upload('a.txt', Buffer.from('private'), { private: true });
    const open = await upload('b.txt', Buffer.from('public'));
    for (const [file, isPrivate] of [
      [closed, true],
      [open, false],
    ] as const) {
      const url = `/api/upload?id=${file.id}`;
      const say = (info: object) =>
        request(server.url).post(url).field('fileInfo', JSON.stringify(info));
      const refused = await say({ private: !isPrivate, caption: 'x' }).expect(400);
      expect(refused.body.error.message).toContain('cannot be changed from private to public');
      await form(url, Buffer.from('x'), 'x.txt', { private: !isPrivate }).expect(400);
      const { body } = await say({ private: isPrivate, caption: 'said' }).expect(200);
      expect(body).toMatchObject({ caption: 'said', isUrlSigned: isPrivate });
      expect((await read(body.url)).status).toBe(200);
      await remove(file);
    }
  });

  it.each(['yes', 1, [], {}])('%j is no answer to whether a file is private', async (value) => {
    await form('/api/upload', Buffer.from('x'), 'a.txt', { private: value }).expect(400);
    expect([await privateNames(server), await server.uploaded()]).toEqual([[], []]);
  });

  it('those that come with an entry may choose too', async () => {
    await allowPublic(server, [
      ...UPLOAD_ACTIONS,
      'api::restaurant.restaurant.create',
      'api::restaurant.restaurant.find',
    ]);
    const { body } = await request(server.url)
      .post('/api/restaurants?populate=*')
      .field('data', JSON.stringify({ name: 'Chez Test' }))
      .field('fileInfo.cover', JSON.stringify({ private: true }))
      .attach('files.cover', await small(), 'a.jpg')
      .attach('files.covers', await small(), 'b.jpg')
      .expect(201);
    const { cover, covers } = body.data;
    expect([cover.isUrlSigned, covers[0].isUrlSigned]).toEqual([true, false]);
    expect(await privateNames(server)).toEqual(objectsOf(cover));
    expect((await read(cover.formats.thumbnail.url)).status).toBe(200);
    await remove(cover);
    await remove(covers[0]);
  });

  it('other plugins may choose too', async () => {
    const stored = await server.inside(async (strapi) => {
      const { writeFileSync } = process.getBuiltinModule('node:fs');
      const filepath = `${process.env.TMPDIR}/c.txt`;
      writeFileSync(filepath, 'by a plugin');
      const files = { filepath, originalFilename: 'c.txt', mimetype: 'text/plain', size: 11 };
      const data = { fileInfo: { private: true } };
      const [file] = await strapi.plugin('upload').service('upload').upload({ data, files });
      return file;
    });
    expect(stored.url).toBe(`/uploads/private/${stored.hash}.txt`);
    await remove(stored);
    expect(await privateNames(server)).toEqual([]);
  });

  it('whoever deletes through the provider deletes private objects where they lie', async () => {
    const file = await upload('a.jpg', await small(), { private: true });
    const open = await upload('b.jpg', await small());
    await server.inside(
      async (strapi, ids) => {
        const rows = await strapi.db
          .query('plugin::upload.file')
          .findMany({ where: { id: { $in: ids } } });
        for (const row of rows) {
          for (const object of [row, ...Object.values(row.formats)]) {
            await strapi.plugin('upload').provider.delete(object);
          }
        }
      },
      [file.id, open.id]
    );
    expect([await privateNames(server), await server.uploaded()]).toEqual([[], []]);
    await remove(file);
    await remove(open);
  });
});

describe('where no file may choose', () => {
  beforeAll(async () => {
    server = await sharedServer();
    await allowPublic(server, UPLOAD_ACTIONS);
  });

  it('one that wants to be private is refused, with what the project would have to set', async () => {
    const { body } = await form('/api/upload', Buffer.from('x'), 'a.txt', { private: true });
    expect(body.error).toMatchObject({
      status: 400,
      message: expect.stringContaining('"allowPrivate"'),
      details: { errors: [{ path: ['fileInfo', 'private'] }] },
    });
    expect(await server.uploaded()).toEqual([]);
    const file = await upload('a.txt', Buffer.from('x'), { private: false });
    expect(file.url).toBe(`/uploads/${file.hash}.txt`);
  });
});

describe('a project’s own functions for pictures', () => {
  it('change nothing of who may read them', async () => {
    await start(
      { allowPrivate: true },
      {
        files: {
          'src/extensions/upload/strapi-server.js': `
            const upload = require('strapi-upload/extension');
            module.exports = (builtin) => {
              const plugin = upload(builtin);
              const service = plugin.services['image-manipulation'];
              const { optimize } = service;
              service.optimize = (file) => optimize(file);
              return plugin;
            };`,
        },
      }
    );
    try {
      const file = await upload('a.jpg', await small(), { private: true });
      expect(await privateNames(server)).toEqual(objectsOf(file));
      expect(await server.uploaded()).toEqual([]);
      expect((await read(file.formats!.thumbnail!.url)).status).toBe(200);
      const after = await replace(file, await small(), 'b.jpg');
      expect(await privateNames(server)).toEqual(objectsOf(after));
      expect(await server.uploaded()).toEqual([]);
    } finally {
      await server.stop();
    }
  });
});

describe('the folder of private files', () => {
  it('can be on another file system, where bytes are copied', async () => {
    const elsewhere = await mkdtemp('/dev/shm/strapi-upload-');
    try {
      await start({ allowPrivate: true, providerOptions: { privateDir: elsewhere } });
      const before = await upload('a.txt', Buffer.from('first'), { private: true });
      expect(await readFile(path.join(elsewhere, `${before.hash}.txt`), 'utf8')).toBe('first');
      const after = await replace(before, Buffer.from('second'), 'b.txt');
      expect(await read(after.url)).toEqual({ status: 200, text: 'second' });
      expect(await server.uploaded()).toEqual([]);
      await remove(after);
      expect(await server.uploaded()).toEqual([]);
    } finally {
      await server.stop();
      await rm(elsewhere, { recursive: true, force: true });
    }
  });
});

describe('after a restart', () => {
  const old = { id: 'old', secret: 'only-for-tests-old-0123456789abcdef' };
  const now = { id: 'now', secret: 'only-for-tests-now-0123456789abcdef' };
  const leftNames = ['staged_0123456789.txt', 'removed_0123456789.txt'];
  let project: Project;
  let kept: Answered;
  let replaced: Answered;

  const again = async (config: Record<string, unknown>) => {
    await server.stop();
    await writeFile(path.join(project.dir, 'config/plugins.js'), pluginsWith(config));
    server = await startServer({ project });
  };
  const urlNow = async ({ id }: Answered) =>
    (await request(server.url).get(`/api/upload/files/${id}`)).body.url as string;

  /** Writes what a crash can leave of an upload and of a removal, and public files with the same names. */
  const leaveUnfinished = async () => {
    for (const name of leftNames) {
      await writeFile(path.join(privateFolderOf(server), name), 'left by a crash');
      await writeFile(path.join(server.project.uploads, name), 'of somebody else');
    }
    await server.inside(async (strapi) => {
      for (const [state, hash] of [
        ['staged', 'staged_0123456789'],
        ['removing', 'removed_0123456789'],
      ]) {
        const object = { hash, ext: '.txt', name: 'a.txt', mime: 'text/plain', path: null };
        await strapi.db.getConnection('upload_ledger').insert({
          key: hash,
          state,
          provider: 'local',
          instance: 'dead',
          lease_until: 0,
          tries: 0,
          objects: JSON.stringify([{ ...object, private: true }]),
        });
      }
    });
  };

  beforeAll(async () => {
    const config = { allowPrivate: true, private: { keys: [old] } };
    project = await createProject({ files: { 'config/plugins.js': pluginsWith(config) } });
    server = await startServer({ project });
    await allowPublic(server, UPLOAD_ACTIONS);
    kept = await upload('a.txt', Buffer.from('kept'), { private: true });
    replaced = await upload('b.txt', Buffer.from('old'), { private: true });
    await leaveUnfinished();
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await again({ private: { keys: [now, { ...old, until }] } });
  });
  afterAll(async () => {
    await server.stop();
    await project.remove();
  });

  it('unfinished uploads are taken back, unfinished removals brought to their end', async () => {
    expect(await privateNames(server)).toEqual(
      [kept, replaced].map(({ hash }) => `${hash}.txt`).sort()
    );
    expect(await server.uploaded()).toEqual([...leftNames].sort());
    expect(await ledgerOf(server)).toHaveLength(2);
  });

  it('private files stay private, and signed, also where the project makes no more of them', async () => {
    expect((await read(bare(replaced.url))).status).toBe(403);
    expect((await read(await urlNow(replaced))).status).toBe(200);
    const after = await replace(replaced, Buffer.from('new'), 'b.txt');
    expect(await read(after.url)).toEqual({ status: 200, text: 'new' });
    expect((await read(bare(after.url))).status).toBe(403);
    await remove(after);
    expect(await privateNames(server)).toEqual([`${kept.hash}.txt`]);
  });

  it('new keys sign, and old ones verify until their time is over', async () => {
    expect(kept.url).toContain('kid=old');
    expect((await read(kept.url)).status).toBe(200);
    expect(await urlNow(kept)).toContain('kid=now');
    expect((await read(await urlNow(kept))).status).toBe(200);

    await again({ private: { keys: [now, { ...old, until: '2020-01-01' }] } });
    expect((await read(kept.url)).status).toBe(403);
    expect((await read(await urlNow(kept))).status).toBe(200);
    const signed = `${bare(kept.url)}?${signedQuery(now, kept.hash + kept.ext)}`;
    expect((await read(signed)).status).toBe(200);
    await remove(kept);
  });
});

describe('URLs that are bound to a client', () => {
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const status = async (url: string, address: string) =>
    (await send(server.url, { method: 'GET', path: url, headers: from(address) })).status;

  it.each([false, true])('are good for its address alone; served early: %s', async (early) => {
    await start(
      { allowPrivate: true, private: { bindAddress: true }, serving: { early } },
      {
        files: {
          'config/server.js': `module.exports = {
            host: '127.0.0.1', port: 0, proxy: { koa: true },
            app: { keys: ['only-for-tests'] }, logger: { startup: { enabled: false } },
          };`,
        },
      }
    );
    try {
      const { id } = await upload('a.txt', Buffer.from('x'), { private: true });
      const urlFor = async (address: string) => {
        const answer = request(server.url).get(`/api/upload/files/${id}`).set(from(address));
        return (await answer).body.url as string;
      };
      const url = await urlFor('192.0.2.1');
      expect(url).toContain('&bound=1&');
      expect(await status(url, '192.0.2.1')).toBe(200);
      expect(await status(url, '::ffff:192.0.2.1')).toBe(200);
      expect(await status(url, '192.0.2.2')).toBe(403);
      expect(await status(url.replace('&bound=1', ''), '192.0.2.1')).toBe(403);
      expect(await status(await urlFor('2001:db8::1'), '2001:db8::1')).toBe(200);
      const unasked = await server.inside(
        async (strapi, id) => (await strapi.plugin('upload').service('upload').findOne(id)).url,
        id
      );
      expect(unasked).not.toContain('bound');
      expect(await status(unasked, '192.0.2.2')).toBe(200);
    } finally {
      await server.stop();
    }
  });
});
