import request from 'supertest';
import { superAdmin, type AdminClient } from '../support/admin';
import { get, sendFile } from '../support/api';
import { createRestaurant, type Restaurant } from '../support/entries';
import { createFolder, folderRows, type Folder } from '../support/folders';
import { fillFiles } from '../support/long-library';
import { allowPublic, LINKING_ACTIONS, UPLOAD_ACTIONS } from '../support/permissions';
import { noteStatements, readings } from '../support/plans';
import type { Server } from '../support/server';
import { onEveryDatabase } from '../support/databases';
import { createSite, type Site } from '../support/site';

/** Number of files in the folder for REST uploads. */
const ROWS = 2000;

/** Number of rows that one step of a statement may read. */
const FEW = 20;

const LIBRARY = {
  about: ['files', 'upload_ledger'],
  /** Columns in which only rows of the same file or entry have the same value. */
  few: ['rowid', 'id', 'file_id', 'document_id', 'key', 'held_file', 'related_id'],
  all: ROWS,
};

/** Tests that the cost of a request for the database does not grow with the size of the library or of the folder. */
onEveryDatabase((kind) => {
  let site: Site;
  let server: Server;
  let admin: AdminClient;
  let restaurant: Restaurant;
  let other: Folder;
  let id: number;

  beforeAll(async () => {
    site = await createSite(kind);
    server = await site.start();
    await allowPublic(server, [...UPLOAD_ACTIONS, ...LINKING_ACTIONS]);
    admin = await superAdmin(server);
    restaurant = await createRestaurant(server);
    other = await createFolder(admin, 'Other');
    const { body } = await sendFile(server, 'first.txt', 'first').expect(201);
    const from = body[0].id + 1;
    await fillFiles(server, { from, to: from + ROWS });
    await fillAround(server);
    id = from + ROWS - 1;
  });
  afterAll(() => site.remove());

  /** The recorded statements that read more than {@link FEW} rows in one step. */
  const greedy = async () => (await readings(server, LIBRARY)).filter(({ rows }) => rows > FEW);

  it('an upload', async () => {
    await noteStatements(server);
    await sendFile(server, 'new.txt', 'new').expect(201);
    expect(await greedy()).toEqual([]);
  });

  it('an upload that is linked to an entry', async () => {
    await noteStatements(server);
    await request(server.url)
      .post('/api/upload')
      .field({ ref: 'api::restaurant.restaurant', refId: restaurant.documentId, field: 'covers' })
      .attach('files', Buffer.from('linked'), 'linked.txt')
      .expect(201);
    expect(await greedy()).toEqual([]);
  });

  it('a file by its id', async () => {
    await noteStatements(server);
    await request(server.url).get(`/api/upload/files/${id}`).expect(200);
    expect(await greedy()).toEqual([]);
  });

  it('a replacement', async () => {
    const { body } = await sendFile(server, 'old.txt', 'old').expect(201);
    await noteStatements(server);
    const path = `/api/upload?id=${body[0].id}`;
    await sendFile(server, 'next.txt', 'next', { path }).expect(200);
    expect(await greedy()).toEqual([]);
  });

  it('a file that an editor puts into another folder, and one back', async () => {
    for (const folder of [other.id, (await apiFolder()).id, null]) {
      await noteStatements(server);
      const info = JSON.stringify({ folder });
      await admin.post(`/upload?id=${id}`).field('fileInfo', info).expect(200);
      expect(await greedy()).toEqual([]);
      const [row] = await fileWithFolder(id);
      expect([row!.folder?.id ?? null, row!.folderPath]).toEqual([
        folder,
        folder === null ? '/' : expect.stringMatching(/^\/\d+$/),
      ]);
    }
  });

  it('files that an editor moves', async () => {
    await noteStatements(server);
    const selection = { fileIds: [id - 1, id - 2], destinationFolderId: other.id };
    await admin.post('/upload/actions/bulk-move').send(selection).expect(200);
    expect(await greedy()).toEqual([]);
  });

  it('a page of one type, and the look whether a key is taken', async () => {
    await noteStatements(server);
    await get(server, '/api/upload/files/page?filters[mime][$eq]=text/plain');
    await server.inside((strapi) =>
      strapi.db.query('plugin::upload.file').count({ where: { hash: 'free' } })
    );
    const few = [...LIBRARY.few, 'mime', 'hash'];
    const read = await readings(server, { ...LIBRARY, few });
    expect(read.filter(({ rows }) => rows > FEW)).toEqual([]);
    expect(read.length).toBe(3);
  });

  it('a variant, of which neither the image nor its file exists', async () => {
    await noteStatements(server);
    // Each part of the name may be the beginning of the key of a file.
    await get(server, '/uploads/thumbnail_one_two_three_four_five_0123456789.jpg?width=100');
    const read = await readings(server, { ...LIBRARY, few: [...LIBRARY.few, 'hash'] });
    expect(read.length).toBe(1);
    expect(read.filter(({ rows }) => rows > FEW)).toEqual([]);
  });

  it('a deletion', async () => {
    await noteStatements(server);
    await request(server.url).delete(`/api/upload/files/${id}`).expect(200);
    expect(await greedy()).toEqual([]);
  });

  const apiFolder = async () =>
    (await folderRows(server)).find(({ name }) => name === 'API Uploads')!;
  const fileWithFolder = (id: number) =>
    server.inside(
      (strapi, id) =>
        strapi.db.query('plugin::upload.file').findMany({ where: { id }, populate: ['folder'] }),
      id
    );
});

/** Moves all files to the folder for REST uploads, links each to a different entry, and adds its ledger row. */
const fillAround = (server: Server): Promise<void> =>
  server.inside(async (strapi) => {
    const { connection } = strapi.db;
    const order = connection.ref('order').toString();
    const key = connection.ref('key').toString();
    const missing = 'FROM files WHERE id NOT IN (SELECT file_id FROM files_folder_lnk)';
    await connection.raw(
      `INSERT INTO files_related_mph (file_id, related_id, related_type, field, ${order})
       SELECT id, 1000 + id, 'api::restaurant.restaurant', 'covers', 1 ${missing}`
    );
    await connection.raw(
      `INSERT INTO upload_ledger (${key}, state, objects, file_id, file_document, provider, lease_until, tries)
       SELECT hash, 'stored', '[]', id, document_id, 'local', 0, 0 ${missing}`
    );
    await connection.raw(
      `INSERT INTO files_folder_lnk (file_id, folder_id, file_ord)
       SELECT id, (SELECT id FROM upload_folders WHERE name = 'API Uploads'), id ${missing}`
    );
    await connection.raw(
      "UPDATE files SET folder_path = (SELECT path FROM upload_folders WHERE name = 'API Uploads')"
    );
    const { client } = strapi.db.dialect;
    // The ledger gets no new statistics: also without statistics for it, a database must not read the whole table.
    const tables = 'files, files_folder_lnk, files_related_mph';
    if (client !== 'sqlite') {
      await connection.raw(client === 'mysql' ? `ANALYZE TABLE ${tables}` : `ANALYZE ${tables}`);
    }
    if (client === 'postgres') {
      for (const table of ['files', 'upload_ledger']) {
        await connection.raw(`SELECT setval(pg_get_serial_sequence(?, 'id'), 1000000)`, [table]);
      }
    }
  });
