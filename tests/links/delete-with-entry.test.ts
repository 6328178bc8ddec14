import request from 'supertest';
import { linkSlowly } from '../support/entries';
import { onEveryDatabase } from '../support/databases';
import { createSite, type Site } from '../support/site';
import { superAdmin, type AdminClient } from '../support/admin';
import { storeFile } from '../support/api';
import { expectNothingLeftOver } from '../support/consistency';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import type { Container } from '../../server/src/wiring/container';
import type { Server } from '../support/server';
import { documents, USAGE_MODELS, type DocumentAction } from './usage-models';

const DELETE_USER = 'plugin::users-permissions.user.destroy';

interface File {
  id: number;
  url: string;
}

onEveryDatabase((kind) => {
  let site: Site;
  let server: Server;
  let admin: AdminClient;
  let uploaded = 0;

  beforeAll(async () => {
    site = await createSite(kind, { files: USAGE_MODELS });
    server = await site.start();
    await server.inside((strapi) =>
      strapi.plugin('i18n').service('locales').create({ code: 'de', name: 'German' })
    );
    admin = await superAdmin(server);
    await allowPublic(server, [...UPLOAD_ACTIONS, 'api::note.note.delete', DELETE_USER]);
  });
  afterAll(() => site.remove());

  const upload = async (): Promise<File> => {
    uploaded += 1;
    return storeFile(server, `${uploaded}.txt`, 'text');
  };
  const on = (name: string, action: DocumentAction, params: object) =>
    documents(server, name, action, params);
  const create = (name: string, data: object) => on(name, 'create', { data });
  const remove = (name: string, documentId: string, more: object = {}) =>
    on(name, 'delete', { documentId, ...more });

  /** Whether a file exists. Expects that its row and its bytes either both exist or are both gone. */
  const exists = async ({ id, url }: File): Promise<boolean> => {
    const [row, bytes] = await Promise.all(
      [`/api/upload/files/${id}`, url].map(async (path) => (await request(server.url).get(path)).ok)
    );
    expect(bytes).toBe(row);
    return row!;
  };

  /** Waits until a file is gone. The server removes a file after its answer, when the transaction is committed. */
  const goes = async (file: File): Promise<boolean> => {
    for (let tries = 0; tries < 1_000; tries += 1) {
      if ((await request(server.url).get(`/api/upload/files/${file.id}`)).status === 404) {
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return false;
  };

  describe('a file goes with the only entry that uses it', () => {
    it.each<[string, (file: number) => object]>([
      ['in an attribute', (cover) => ({ cover })],
      ['among others', (one) => ({ photos: [one] })],
      ['twice in the entry', (one) => ({ cover: one, other: one, photos: [one] })],
      ['in a component', (image) => ({ card: { image } })],
      ['in a component of a component', (icon) => ({ card: { badge: { icon } } })],
      ['in a list of components', (image) => ({ cards: [{}, { image }] })],
      ['in a dynamic zone', (image) => ({ blocks: [{ __component: 'page.card', image }] })],
    ])('%s', async (_where, data) => {
      const file = await upload();
      await remove('note', await create('note', data(file.id)));

      expect(await exists(file)).toBe(false);
    });

    it('deleted over REST, and in the content manager one by one or several at once', async () => {
      const files = [await upload(), await upload(), await upload(), await upload()];
      const [a, b, c, d] = await Promise.all(
        files.map(({ id }) => create('note', { cover: id, other: files[3]!.id }))
      );
      const notes = '/content-manager/collection-types/api::note.note';

      await request(server.url).delete(`/api/notes/${a}`).expect(204);
      expect(await exists(files[0]!)).toBe(false);
      await admin.delete(`${notes}/${b}`).expect(200);
      expect(await goes(files[1]!)).toBe(true);
      const bulk = { documentIds: [c, d] };
      await admin.post(`${notes}/actions/bulkDelete`).send(bulk).expect(200);
      expect([await goes(files[2]!), await goes(files[3]!)]).toEqual([true, true]);
    });

    it('after one search of the texts for all entries that are deleted together', async () => {
      const files = await Promise.all(Array.from({ length: 6 }, upload));
      const kept = await upload();
      await create('note', { cover: kept.id });
      const documentIds = await Promise.all(
        files.map(({ id }) => create('note', { cover: id, other: kept.id }))
      );
      await server.inside((strapi) => {
        const { usage } = (strapi.get('strapi-upload.container') as Container).library;
        const inText = usage.inText.bind(usage);
        const searched: number[] = [];
        Object.assign(strapi, { searched });
        usage.inText = (ids) => {
          searched.push(ids.length);
          return inText(ids);
        };
      });
      const notes = '/content-manager/collection-types/api::note.note';
      await admin.post(`${notes}/actions/bulkDelete`).send({ documentIds }).expect(200);

      expect(await Promise.all(files.map(goes))).not.toContain(false);
      expect(await exists(kept)).toBe(true);
      const searched = await server.inside(
        (strapi) => (strapi as unknown as { searched: number[] }).searched
      );
      expect(searched).toEqual([7]);
    });

    it('that is a user of the website, deleted over REST or in the content manager', async () => {
      const files = [await upload(), await upload()];
      const users = await server.inside(
        (strapi, files) =>
          Promise.all(
            files.map(({ id: avatar }) =>
              strapi.documents('plugin::users-permissions.user').create({
                data: {
                  username: `user${avatar}`,
                  email: `user${avatar}@example.org`,
                  avatar,
                } as never,
              })
            )
          ) as unknown as Promise<Array<{ id: number; documentId: string }>>,
        files
      );
      await request(server.url).delete(`/api/users/${users[0]!.id}`).expect(200);
      await admin
        .delete(
          `/content-manager/collection-types/plugin::users-permissions.user/${users[1]!.documentId}`
        )
        .expect(200);

      expect([await exists(files[0]!), await goes(files[1]!)]).toEqual([false, true]);
    });

    it('with versions and languages', async () => {
      const file = await upload();
      const documentId = await create('story', { title: 'en', cover: file.id });
      await on('story', 'update', {
        documentId,
        locale: 'de',
        data: { title: 'de', cover: file.id },
      });
      await on('story', 'publish', { documentId, locale: '*' });
      await remove('story', documentId, { locale: '*' });

      expect(await exists(file)).toBe(false);
    });
  });

  describe('a file stays', () => {
    it.each<[string, string, (file: File) => object]>([
      ['another entry', 'note', ({ id }) => ({ cover: id })],
      ['another entry, in an attribute of another kind', 'note', ({ id }) => ({ kept: id })],
      ['a draft', 'page', ({ id }) => ({ cover: id })],
      ['a relation', 'page', ({ id }) => ({ attachment: id })],
      ['a component', 'note', ({ id }) => ({ card: { badge: { icon: id } } })],
      [
        'a dynamic zone',
        'page',
        ({ id }) => ({ blocks: [{ __component: 'media.slide', picture: id }] }),
      ],
      ['a rich text', 'page', ({ url }) => ({ body: `![x](${url})` })],
      ['a text in a component', 'page', ({ url }) => ({ card: { text: `![x](${url})` } })],
    ])('while %s uses it', async (_what, name, data) => {
      const [shared, own] = [await upload(), await upload()];
      const other = await create(name, { title: 'other', ...data(shared) });
      await remove('note', await create('note', { cover: shared.id, other: own.id }));

      expect([await exists(shared), await exists(own)]).toEqual([true, false]);
      const usage = await admin.get(`/upload/files/${shared.id}/usage`).expect(200);
      expect(usage.body.results).toMatchObject([{ documentId: other }]);
    });

    it('in an attribute that does not say that it goes along', async () => {
      const file = await upload();
      await remove('note', await create('note', { kept: file.id }));

      expect(await exists(file)).toBe(true);
    });

    it('when a version or a language of its entry is published, taken back or deleted', async () => {
      const [english, german] = [await upload(), await upload()];
      const documentId = await create('story', { title: 'en', cover: english.id });
      await on('story', 'update', {
        documentId,
        locale: 'de',
        data: { title: 'de', cover: german.id },
      });
      const both = async () => [await exists(english), await exists(german)];

      for (const action of ['publish', 'publish', 'discardDraft', 'unpublish'] as const) {
        await on('story', action, { documentId, locale: '*' });
        expect([action, ...(await both())]).toEqual([action, true, true]);
      }
      await on('story', 'publish', { documentId, locale: '*' });
      await on('story', 'update', { documentId, data: { cover: null } });
      await on('story', 'discardDraft', { documentId });
      await remove('story', documentId, { locale: 'de' });
      expect(await both()).toEqual([true, false]);
      await on('story', 'unpublish', { documentId });
      expect(await both()).toEqual([true, false]);
      await remove('story', documentId);
      expect(await both()).toEqual([false, false]);
    });

    it('when the published version alone shows it, or a copy of the entry', async () => {
      const file = await upload();
      const documentId = await create('story', { title: 'en', cover: file.id });
      await on('story', 'publish', { documentId });
      await on('story', 'update', { documentId, data: { cover: null } });
      expect(await exists(file)).toBe(true);
      await on('story', 'discardDraft', { documentId });
      const copy = await on('story', 'clone', { documentId });
      await remove('story', documentId);
      expect(await exists(file)).toBe(true);
      await remove('story', copy);
      expect(await exists(file)).toBe(false);
    });

    it('when the deletion of its entry is rolled back', async () => {
      const file = await upload();
      const documentId = await create('note', { cover: file.id });
      await server.inside(async (strapi, documentId) => {
        const notes = strapi.documents('api::note.note' as 'plugin::upload.file');
        await strapi.db
          .transaction(async () => {
            await notes.delete({ documentId });
            throw new Error('no');
          })
          .catch(() => {});
      }, documentId);

      expect(await exists(file)).toBe(true);
      const usage = await admin.get(`/upload/files/${file.id}/usage`).expect(200);
      expect(usage.body.results).toMatchObject([{ documentId, field: 'cover' }]);
    });

    it('when it is linked anew while its entry is being deleted', async () => {
      const file = await upload();
      const documentId = await create('note', { cover: file.id });
      const other = await create('note', {});
      const linking = linkSlowly(server, 'api::note.note', other, { cover: file.id });
      await new Promise((resolve) => setTimeout(resolve, 500));
      await Promise.all([remove('note', documentId), linking]);

      expect(await exists(file)).toBe(true);
      const usage = await admin.get(`/upload/files/${file.id}/usage`).expect(200);
      expect(usage.body.results).toMatchObject([{ documentId: other, field: 'cover' }]);
    });
  });

  it('an entry is deleted also where its files cannot be, which the log tells', async () => {
    const file = await upload();
    const documentId = await create('note', { cover: file.id });
    await server.inside((strapi) => {
      const service = strapi.plugin('upload').service('file');
      const { deleteUnused } = service;
      service.deleteUnused = async () => {
        service.deleteUnused = deleteUnused;
        throw new Error('no database');
      };
    });
    await request(server.url).delete(`/api/notes/${documentId}`).expect(204);

    expect(await exists(file)).toBe(true);
    expect(server.output()).toMatch(
      'the files of a deleted entry could not be deleted: Error: no database'
    );
  });

  it('a file that goes is announced as any deleted one, and nothing of it is left', async () => {
    await server.inside((strapi) => {
      const told: string[] = [];
      Object.assign(strapi, { told });
      strapi.eventHub.on('media.delete', async ({ media }) => void told.push(media.name));
    });
    const file = await upload();
    await remove('note', await create('note', { cover: file.id }));

    const told = await server.inside((strapi) => (strapi as unknown as { told: string[] }).told);
    expect(told).toEqual([`${uploaded}.txt`]);
    await expectNothingLeftOver(server);
  });
});
