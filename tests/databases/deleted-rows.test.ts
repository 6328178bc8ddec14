import request from 'supertest';
import { storeFile } from '../support/api';
import { onEveryDatabase } from '../support/databases';
import { eventually, ledgerOf } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { jpeg } from '../support/samples';
import type { Server } from '../support/server';
import { createSite } from '../support/site';

interface Stored {
  id: number;
  documentId: string;
  hash: string;
}

/** Ways in which a project's code deletes rows of files without this plugin's services. */
const WAYS = ['delete', 'deleteMany', 'document', 'entity'] as const;

const deleteBy = (server: Server, way: (typeof WAYS)[number], files: Stored[]) =>
  server.inside(
    async (strapi, way, files) => {
      const uid = 'plugin::upload.file';
      const ids = files.map(({ id }) => id);
      if (way === 'deleteMany') {
        await strapi.db.query(uid).deleteMany({ where: { id: { $in: ids } } });
        return;
      }
      for (const { id, documentId } of files) {
        await {
          delete: () => strapi.db.query(uid).delete({ where: { id } }),
          document: () => strapi.documents(uid).delete({ documentId }),
          entity: () => strapi.entityService.delete(uid, id),
        }[way]();
      }
    },
    way,
    files
  );

/** Tests what happens to files whose rows a project deletes without this plugin's services. */
onEveryDatabase((kind) => {
  let site: Awaited<ReturnType<typeof createSite>>;
  let server: Server;
  beforeAll(async () => {
    site = await createSite(kind, {});
    server = await site.start();
    await allowPublic(server, UPLOAD_ACTIONS);
  });
  afterAll(() => site.remove());

  const removes = (isWanted: boolean) =>
    server.inside(
      (strapi, objectsOfDeletedRows) =>
        void strapi.config.set('plugin::upload.delete', { objectsOfDeletedRows }),
      isWanted
    );
  const store = async (): Promise<Stored> => storeFile(server, 'a.jpg', await jpeg());
  const objectsOf = async ({ hash }: Stored) =>
    (await server.uploaded()).filter((name) => name.includes(hash));
  const statesOf = async ({ hash }: Stored) =>
    (await ledgerOf(server))
      .filter(({ objects }) => objects.some((one) => one.hash === hash))
      .map(({ state }) => state);
  const isGone = (file: Stored) =>
    eventually(async () => (await objectsOf(file)).length === 0, 'its objects are gone');

  it.each(WAYS)('keep their objects, which the ledger says (%s)', async (way) => {
    await removes(false);
    const files = [await store(), await store()];
    const kept = await store();
    await deleteBy(server, way, files);
    for (const file of files) {
      expect(await objectsOf(file)).toHaveLength(5);
      expect(await statesOf(file)).toEqual(['unowned']);
    }
    expect(await statesOf(kept)).toEqual(['stored']);
  });

  it.each(WAYS)('take their objects along where that is wanted (%s)', async (way) => {
    await removes(true);
    const files = [await store(), await store()];
    const kept = await store();
    await deleteBy(server, way, files);
    for (const file of files) {
      await isGone(file);
      await eventually(async () => (await statesOf(file)).length === 0, 'the ledger forgets it');
    }
    expect(await objectsOf(kept)).toHaveLength(5);
  });

  it('take objects along of which the ledger knows nothing', async () => {
    await removes(true);
    const file = await store();
    await server.inside(
      (strapi, id) => strapi.db.getConnection('upload_ledger').where({ file_id: id }).delete(),
      file.id
    );
    await deleteBy(server, 'deleteMany', [file]);
    await isGone(file);
  });

  it('are as before when the deletion is rolled back', async () => {
    await removes(true);
    const file = await store();
    const said = await server.inside(
      (strapi, id) =>
        strapi.db
          .transaction(async () => {
            await strapi.db.query('plugin::upload.file').delete({ where: { id } });
            throw new Error('not after all');
          })
          .catch((error: Error) => error.message),
      file.id
    );
    expect(said).toBe('not after all');
    expect(await statesOf(file)).toEqual(['stored']);
    expect(await objectsOf(file)).toHaveLength(5);
    await request(server.url).get(`/api/upload/files/${file.id}`).expect(200);
  });

  it('keep objects that another row names', async () => {
    await removes(true);
    const file = await store();
    await server.inside(async (strapi, id) => {
      const files = strapi.db.query('plugin::upload.file');
      const row = await files.findOne({ where: { id } });
      const copy = { ...row, id: undefined, documentId: undefined, name: 'copy.jpg' };
      await files.create({ data: copy });
      await files.delete({ where: { id } });
    }, file.id);
    expect(await objectsOf(file)).toHaveLength(5);
    expect(await statesOf(file)).toEqual(['unowned']);
  });

  it('keep objects of another provider', async () => {
    await removes(true);
    const file = await store();
    await server.inside(
      (strapi, id) =>
        strapi.db
          .getConnection('upload_ledger')
          .where({ file_id: id })
          .update({ provider: 'other' }),
      file.id
    );
    await deleteBy(server, 'delete', [file]);
    expect(await statesOf(file)).toEqual(['unowned']);
    expect(await objectsOf(file)).toHaveLength(5);
  });

  it('are noted too when a hook of a deletion by the plugin deletes them', async () => {
    await removes(false);
    const [file, companion] = [await store(), await store()];
    await server.inside(
      (strapi, id, companion) => {
        const stop = strapi.db.lifecycles.subscribe({
          models: ['plugin::upload.file'],
          async afterDelete({ params }) {
            if ((params.where as { id?: number }).id === id) {
              stop();
              await strapi.db.query('plugin::upload.file').delete({ where: { id: companion } });
            }
          },
        });
      },
      file.id,
      companion.id
    );
    await request(server.url).delete(`/api/upload/files/${file.id}`).expect(200);
    expect(await statesOf(companion)).toEqual(['unowned']);
    expect(await statesOf(file)).toEqual([]);
  });

  it('of which the plugin knows go without a trace', async () => {
    await removes(false);
    const file = await store();
    await request(server.url).delete(`/api/upload/files/${file.id}`).expect(200);
    await isGone(file);
    expect(await statesOf(file)).toEqual([]);
  });
});
