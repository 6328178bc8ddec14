import { superAdmin, type AdminClient } from '../support/admin';
import { createFolder } from '../support/folders';
import { fillFiles, queriesOfFiles } from '../support/long-library';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';

/* Actions of the Media Library on many files query only some of the files at a time. */

const ROWS = 230;
const MOST_ROWS = 51;

let server: Server;
let admin: AdminClient;

interface Answered {
  id: number;
}

const ids = (files: Answered[]) => files.map(({ id }) => id);
const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index);
const expectShortQueries = async () => {
  const queries = await queriesOfFiles(server);
  expect(queries).not.toContain(-1);
  expect(Math.max(...queries)).toBeLessThanOrEqual(MOST_ROWS);
};

beforeAll(async () => {
  server = await sharedServer();
  admin = await superAdmin(server);
  await fillFiles(server, { from: 1, to: 1 + ROWS });
});
afterAll(() => server.stop());
beforeEach(() => queriesOfFiles(server));

describe('many files in the Media Library', () => {
  it.each(['name:asc', 'createdAt:desc', 'id:desc'])(
    'are listed in their order: %s',
    async (sort) => {
      const list = async (page: number, pageSize: number) =>
        (
          await admin
            .get(`/upload/files?sort=${sort}&page=${page}&pageSize=${pageSize}`)
            .expect(200)
        ).body;
      const short: Answered[] = [];
      for (let page = 1; page <= 5; page += 1) {
        short.push(...(await list(page, 46)).results);
      }
      const { results, pagination } = await list(1, 1000);
      expect(results).toEqual(short);
      expect(pagination).toEqual({ page: 1, pageSize: 1000, pageCount: 1, total: ROWS });
      const second = await list(2, 100);
      expect(second.results).toEqual(short.slice(100, 200));
      expect(second.pagination).toEqual({ page: 2, pageSize: 100, pageCount: 3, total: ROWS });
      await expectShortQueries();
    }
  );

  it('are moved, and answered in the order of their ids', async () => {
    const { id } = await createFolder(admin, 'Many');
    const { body } = await admin
      .post('/upload/actions/bulk-move')
      .send({ fileIds: range(1, 150).reverse(), folderIds: [], destinationFolderId: id })
      .expect(200);
    expect(ids(body.data.files)).toEqual(range(1, 150));
    await expectShortQueries();
  });

  it('go with their folder', async () => {
    const { id } = await createFolder(admin, 'Gone');
    const fileIds = range(150, 1 + ROWS);
    await admin
      .post('/upload/actions/bulk-move')
      .send({ fileIds, folderIds: [], destinationFolderId: id })
      .expect(200);
    await admin.post('/upload/actions/bulk-delete').send({ folderIds: [id], fileIds: [3, 5] });
    const { body } = await admin.get('/upload/files?sort=id:asc&pageSize=1000').expect(200);
    expect(ids(body.results)).toEqual(range(1, 150).filter((one) => one !== 3 && one !== 5));
  });
});
