import { readdir } from 'node:fs/promises';
import type { Server } from './server';

/** What an upload can leave on a server: stored files, numbers of rows, temporary files. */
export interface State {
  uploads: string[];
  rows: Record<string, number>;
  temp: string[];
}

/** Reads the uploads folder, the tables and the temporary folder, for a later comparison. */
export async function stateOf(server: Server): Promise<State> {
  const rows = await server.inside(async (strapi) => {
    const count = async (table: string) => {
      const [row] = await strapi.db.getConnection(table).count('* as count');
      return Number(row?.count);
    };
    return {
      files: await count('files'),
      links: await count('files_related_mph'),
      folders: await count('upload_folders'),
      inFolders: await count('files_folder_lnk'),
    };
  });
  const temp = await readdir(server.project.temp);
  return { uploads: await server.uploaded(), rows, temp: temp.sort() };
}
