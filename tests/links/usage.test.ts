import request from 'supertest';
import { linkSlowly } from '../support/entries';
import { onEveryDatabase } from '../support/databases';
import { createSite, type Site } from '../support/site';
import { editor, superAdmin, type AdminClient } from '../support/admin';
import { storeFile } from '../support/api';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import * as samples from '../support/samples';
import type { Server } from '../support/server';
import { documents, USAGE_MODELS } from './usage-models';

const PAGE = 'api::page.page';
const READ = 'plugin::content-manager.explorer.read';

interface File {
  id: number;
  url: string;
  formats: { thumbnail: { url: string } } | null;
}

onEveryDatabase((kind) => {
  let site: Site;
  let server: Server;
  let admin: AdminClient;

  beforeAll(async () => {
    site = await createSite(kind, { files: USAGE_MODELS });
    server = await site.start();
    await server.inside((strapi) =>
      strapi.plugin('i18n').service('locales').create({ code: 'de', name: 'German' })
    );
    admin = await superAdmin(server);
    await allowPublic(server, UPLOAD_ACTIONS);
  });
  afterAll(() => site.remove());

  /** Uploads a new image that is large enough for a thumbnail. */
  const upload = async (name = 'a.png'): Promise<File> => {
    const picture = await samples.png({ width: 400, height: 300 });
    return storeFile(server, name, picture);
  };
  const create = (data: object, more: object = {}) =>
    documents(server, 'page', 'create', { data: { title: 'a page', ...data }, ...more });
  const usage = async ({ id }: File, as: AdminClient = admin) =>
    (await as.get(`/upload/files/${id}/usage`).expect(200)).body;
  const seen = async (file: File) =>
    (await usage(file)).results.map(
      ({ status, locale, field, inText }: Record<string, unknown>) =>
        `${status} ${locale} ${field}${inText ? ' in text' : ''}`
    );
  const refuseUsed = (refuseWhenUsed: boolean) =>
    server.inside(
      (strapi, value) => {
        strapi.config.set('plugin::upload.delete', value);
      },
      { refuseWhenUsed }
    );
  const remove = ({ id }: File) => request(server.url).delete(`/api/upload/files/${id}`);
  const exists = async ({ id, url }: File) =>
    (await request(server.url).get(`/api/upload/files/${id}`)).status === 200 &&
    (await request(server.url).get(url)).status === 200;

  describe('the usage of a file', () => {
    it('names the entry with its version and language', async () => {
      const file = await upload();
      const documentId = await create({ cover: file.id });
      await documents(server, 'page', 'publish', { documentId });
      await documents(server, 'page', 'update', {
        documentId,
        locale: 'de',
        data: { title: 'eine', photos: [file.id] },
      });

      const entry = { fileId: file.id, uid: PAGE, documentId, inText: false };
      expect(await usage(file)).toEqual({
        results: [
          { ...entry, locale: 'de', status: 'draft', field: 'photos' },
          { ...entry, locale: 'en', status: 'draft', field: 'cover' },
          { ...entry, locale: 'en', status: 'published', field: 'cover' },
        ],
        hidden: 0,
        more: false,
      });
    });

    it('follows components, those in components and in dynamic zones, to the entry', async () => {
      const file = await upload();
      await create({
        card: { image: file.id, badge: { icon: file.id } },
        slides: [{ caption: 'none' }, { picture: file.id }],
        blocks: [
          { __component: 'media.slide', caption: 'none' },
          { __component: 'page.card', badge: { icon: file.id } },
          { __component: 'media.slide', picture: file.id },
        ],
      });

      expect(await seen(file)).toEqual([
        'draft en blocks.1.badge.icon',
        'draft en blocks.2.picture',
        'draft en card.badge.icon',
        'draft en card.image',
        'draft en slides.1.picture',
      ]);
    });

    it('names relations to files', async () => {
      const file = await upload();
      await create({ attachment: file.id });

      expect(await seen(file)).toEqual(['draft en attachment']);
    });

    it('finds URLs in rich text, blocks, texts and JSON, in components too', async () => {
      const file = await upload();
      const { url } = file;
      const thumbnail = file.formats!.thumbnail.url;
      await create({
        body: `Look:\n![alt](${url})\n`,
        content: [
          { type: 'paragraph', children: [{ type: 'text', text: 'x' }] },
          {
            type: 'image',
            image: {
              url: `https://example.org${thumbnail}`,
              name: 'x',
              alternativeText: 'x',
              width: 1,
              height: 1,
              hash: 'x',
              ext: 'x',
              mime: 'x',
              size: 1,
              provider: 'x',
              createdAt: 'x',
              updatedAt: 'x',
            },
            children: [{ type: 'text', text: '' }],
          },
        ],
        summary: `see https://example.org${url}?v=2.`,
        extra: { deep: [{ src: `first\n${url.slice(1)}` }] },
        card: { text: `<img src="${thumbnail}">` },
      });

      expect(await seen(file)).toEqual(
        ['body', 'card.text', 'content', 'extra', 'summary'].map(
          (name) => `draft en ${name} in text`
        )
      );
    });

    it('does not take another file of a similar name for it', async () => {
      const file = await upload();
      await server.inside(
        (strapi, id) =>
          strapi.db.query('plugin::upload.file').update({
            where: { id },
            data: { url: '/uploads/a_b%.png', hash: 'a_b%', formats: null },
          }),
        file.id
      );
      await create({
        body: '![x](/uploads/aa_b%.png) ![x](/uploads/a_b%.png.bak) ![x](/uploads/a_b%.pngx)',
        summary: '/uploads/axb%.png /uploads/a_b%%.png /uploads/A_B%.PNG',
        extra: ['/uploads/a_b%.png/more', 'my-uploads/a_b%.png'],
      });
      expect(await seen(file)).toEqual([]);

      await create({ body: 'uploads/a_b%.png', extra: ['/uploads/a_b%.png'] });
      expect(await seen(file)).toEqual(['draft en body in text', 'draft en extra in text']);
    });

    it('leaves out links to rows, models, attributes and entries that are no more', async () => {
      const file = await upload();
      await server.inside(async (strapi, fileId) => {
        const card = await strapi.db.query('page.card').create({ data: { text: 'of no entry' } });
        const link = { file_id: fileId, order: 1 };
        const rows = [
          { related_id: 99999, related_type: 'api::page.page', field: 'cover' },
          { related_id: 1, related_type: 'api::gone.gone', field: 'cover' },
          { related_id: 1, related_type: 'api::page.page', field: 'gone' },
          { related_id: card.id, related_type: 'page.card', field: 'image' },
        ];
        await strapi.db
          .connection('files_related_mph')
          .insert(rows.map((row) => ({ ...link, ...row })));
      }, file.id);

      expect(await usage(file)).toEqual({ results: [], hidden: 0, more: false });
    });

    it('is found behind many links that lead nowhere, and bounded', async () => {
      const file = await upload();
      await server.inside(async (strapi, fileId) => {
        const gone = Array.from({ length: 50 }, () => ({
          ...{ file_id: fileId, related_id: 99999, order: 1 },
          ...{ related_type: 'api::page.page', field: 'cover' },
        }));
        for (let chunk = 0; chunk < 24; chunk += 1) {
          await strapi.db.connection('files_related_mph').insert(gone);
        }
      }, file.id);
      const documentId = await create({ cover: file.id });
      expect(await seen(file)).toEqual(['draft en cover']);

      await server.inside(async (strapi, documentId) => {
        const { id } = await strapi.db.query('api::page.page').findOne({ where: { documentId } });
        await strapi.db.connection('files_related_mph').update({ related_id: id });
      }, documentId);
      const { results, more } = await usage(file);
      expect([results.length, more]).toEqual([1000, true]);
    });

    it('is told of entries that the user may read; the others are counted', async () => {
      const file = await upload();
      await create({ cover: file.id, card: { image: file.id }, slides: [{ picture: file.id }] });
      const german = await create({ cover: file.id });
      await documents(server, 'page', 'update', {
        documentId: german,
        locale: 'de',
        data: { title: 'x', cover: file.id },
      });
      const readFiles = { action: 'plugin::upload.read' };
      const role = (name: string, ...permissions: Array<Record<string, unknown>>) =>
        editor(server, admin, name, [
          readFiles,
          ...permissions.map((one) => ({ action: READ, subject: PAGE, ...one })),
        ]);
      const told = async (as: AdminClient) => {
        const { results, hidden } = await usage(file, as);
        const fields = results.map((one: Record<string, string>) => `${one.locale} ${one.field}`);
        return [...fields, `${hidden} hidden`];
      };

      expect(await told(await role('nobody'))).toEqual(['5 hidden']);
      const some = { properties: { fields: ['cover', 'card.image'], locales: ['de', 'en'] } };
      expect((await told(await role('some', some))).sort()).toEqual(
        ['1 hidden', 'de cover', 'en card.image', 'en cover', 'en cover'].sort()
      );
      const inGerman = { properties: { fields: ['cover'], locales: ['de'] } };
      expect(await told(await role('german', inGerman))).toEqual(['de cover', '4 hidden']);
      const own = { ...some, conditions: ['admin::is-creator'] };
      expect(await told(await role('own', own))).toEqual(['5 hidden']);
    });

    it('asks for the permission to read the file', async () => {
      const file = await upload();
      const without = await editor(server, admin, 'without', []);
      const own = await editor(server, admin, 'creators', [
        { action: 'plugin::upload.read', conditions: ['admin::is-creator'] },
      ]);
      for (const as of [without, own]) {
        await as.get(`/upload/files/${file.id}/usage`).expect(403);
      }
      await request(server.url).get(`/upload/files/${file.id}/usage`).expect(401);
      await admin.get('/upload/files/99999/usage').expect(404);
      await admin.get('/upload/files/abc/usage').expect(404);
    });
  });

  describe('populate=related', () => {
    it('tells over REST what a file belongs to, as far as the caller may find it', async () => {
      const file = await upload();
      const documentId = await create({ cover: file.id });
      const related = async () => {
        const find = `filters[id]=${file.id}&populate=related`;
        const [one, list, page] = await Promise.all(
          [`files/${file.id}?populate=related`, `files?${find}`, `files/page?${find}`].map((path) =>
            request(server.url).get(`/api/upload/${path}`).expect(200)
          )
        );
        return [one!.body, list!.body[0], page!.body.data[0]].map((found) => found.related);
      };

      const hidden = await related();
      await allowPublic(server, [...UPLOAD_ACTIONS, `${PAGE}.find`]);
      const shown = await related();
      await allowPublic(server, UPLOAD_ACTIONS);

      expect(hidden).toEqual([undefined, undefined, undefined]);
      expect(shown).toEqual(
        Array(3).fill([expect.objectContaining({ __type: PAGE, documentId, title: 'a page' })])
      );
    });
  });

  describe('delete.refuseWhenUsed', () => {
    beforeAll(() => refuseUsed(true));
    afterAll(() => refuseUsed(false));

    it('keeps a file that entries are linked to, and tells the caller what it may see', async () => {
      const file = await upload();
      const documentId = await create({ cover: file.id, secret: file.id });

      const refused = await remove(file).expect(409);
      expect(refused.body.error).toEqual({
        status: 409,
        name: 'ConflictError',
        message: 'The file is used by entries and was not deleted.',
        details: { usage: { results: [], hidden: 2, more: false } },
      });

      await allowPublic(server, [...UPLOAD_ACTIONS, `${PAGE}.findOne`]);
      const told = await remove(file).expect(409);
      await allowPublic(server, UPLOAD_ACTIONS);
      const use = { fileId: file.id, uid: PAGE, documentId, locale: 'en', status: 'draft' };
      expect(told.body.error.details.usage).toEqual({
        results: [{ ...use, field: 'cover', inText: false }],
        hidden: 1,
        more: false,
      });
      expect(await exists(file)).toBe(true);
      expect(await seen(file)).toEqual(['draft en cover', 'draft en secret']);
    });

    it('keeps a file whose URL is in a text', async () => {
      const file = await upload();
      await create({ body: `![x](${file.url})` });

      await remove(file).expect(409);
      expect(await exists(file)).toBe(true);
    });

    it('keeps it in the Media Library too, with all that was to be deleted beside it', async () => {
      const [used, unused] = [await upload(), await upload()];
      await create({ cover: used.id });
      const folder = await admin.post('/upload/folders').send({ name: kind.title }).expect(201);
      const folderId = folder.body.data.id;
      const into = { fileIds: [used.id], folderIds: [], destinationFolderId: folderId };
      await admin.post('/upload/actions/bulk-move').send(into).expect(200);

      const single = await admin.delete(`/upload/files/${used.id}`).expect(409);
      const bulk = await admin
        .post('/upload/actions/bulk-delete')
        .send({ fileIds: [used.id, unused.id], folderIds: [] })
        .expect(409);
      const inFolder = await admin
        .post('/upload/actions/bulk-delete')
        .send({ fileIds: [unused.id], folderIds: [folderId] })
        .expect(409);

      for (const { body } of [single, bulk, inFolder]) {
        expect(body.error.details.usage.results).toMatchObject([
          { fileId: used.id, field: 'cover' },
        ]);
      }
      expect([await exists(used), await exists(unused)]).toEqual([true, true]);
    });

    it('deletes a file that nothing uses, and one that an entry used before', async () => {
      const [never, before] = [await upload(), await upload()];
      const documentId = await create({ cover: before.id });
      await documents(server, 'page', 'update', { documentId, data: { cover: null } });

      await remove(never).expect(200);
      await remove(before).expect(200);
      expect([await exists(never), await exists(before)]).toEqual([false, false]);
    });

    it.each<[string, (file: File) => Promise<() => request.Test>]>([
      ['file', async (file) => () => remove(file)],
      [
        'folder with the file',
        async ({ id }) => {
          const name = `folder of ${id}`;
          const { body } = await admin.post('/upload/folders').send({ name }).expect(201);
          const folder: number = body.data.id;
          const move = { fileIds: [id], folderIds: [], destinationFolderId: folder };
          await admin.post('/upload/actions/bulk-move').send(move).expect(200);
          const selection = { fileIds: [], folderIds: [folder] };
          return () => admin.post('/upload/actions/bulk-delete').send(selection);
        },
      ],
    ])('sees a link that is being made while the %s is deleted', async (_what, prepare) => {
      const file = await upload();
      const removal = await prepare(file);
      const documentId = await create({});
      const linking = linkSlowly(server, 'api::page.page', documentId, { cover: file.id });
      await new Promise((resolve) => setTimeout(resolve, 500));
      const [{ status }] = await Promise.all([removal(), linking]);

      expect(status).toBe(409);
      expect(await seen(file)).toEqual(['draft en cover']);
    });
  });
});
