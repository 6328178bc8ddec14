import type { AdminClient } from './admin';
import type { Server } from './server';

export interface Folder {
  id: number;
  name: string;
  pathId: number;
  path: string;
}

/** Creates a folder of the Media Library. A folder without a parent is at the top. */
export async function createFolder(
  admin: AdminClient,
  name: string,
  parent: number | null = null
): Promise<Folder> {
  const { body } = await admin.post('/upload/folders').send({ name, parent }).expect(201);
  return body.data;
}

/** All folders with their parents, oldest first. */
export const folderRows = (server: Server): Promise<Array<Folder & { parent: Folder | null }>> =>
  server.inside((strapi) =>
    strapi.db
      .query('plugin::upload.folder')
      .findMany({ populate: ['parent'], orderBy: { id: 'asc' } })
  );

/**
 * Expects that each folder's path is its parent's path plus `pathId`, and that no two folders with the same parent have
 * the same name.
 */
export async function expectSoundTree(server: Server): Promise<void> {
  const rows = await folderRows(server);
  for (const { path, pathId, parent } of rows) {
    expect(path).toBe(`${parent?.path ?? ''}/${pathId}`);
  }
  const places = rows.map(({ name, parent }) => `${parent?.id ?? 0}/${name}`);
  expect(new Set(places).size).toBe(places.length);
  const misplaced = await server.inside(async (strapi) => {
    const files = await strapi.db.query('plugin::upload.file').findMany({ populate: ['folder'] });
    return files.filter(({ folder, folderPath }) => folderPath !== (folder?.path ?? '/')).length;
  });
  expect(misplaced).toBe(0);
}

/**
 * Creates, moves, renames and fills folders with requests that run at the same time.
 *
 * @param admins clients that send the requests in turn; they may belong to several instances
 * @returns the answers' status codes
 */
export async function changeFoldersAtOnce(admins: readonly AdminClient[]): Promise<number[]> {
  const [first] = admins as [AdminClient];
  const tops: Folder[] = [];
  for (const name of ['A', 'B', 'C']) {
    tops.push(await createFolder(first, name));
  }
  const mid = await createFolder(first, 'Mid', tops[0]!.id);
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) => {
      const admin = admins[index % admins.length]!;
      const parent = tops[index % 3]!.id;
      switch (index % 5) {
        case 0:
          return admin.post('/upload/folders').send({ name: `New ${index}`, parent: mid.id });
        case 1:
          return admin.put(`/upload/folders/${mid.id}`).send({ parent });
        case 2:
          return admin.put(`/upload/folders/${parent}`).send({ name: `Renamed ${index}` });
        case 3:
          return admin
            .post('/upload')
            .field('fileInfo', JSON.stringify({ folder: mid.id }))
            .attach('files', Buffer.from('text'), 'a.txt');
        default:
          return admin
            .post('/upload/actions/bulk-move')
            .send({ folderIds: [mid.id], destinationFolderId: parent });
      }
    })
  );
  return answers.map(({ status }) => status);
}
