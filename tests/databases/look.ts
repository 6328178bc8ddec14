import { createHash } from 'node:crypto';
import type { AdminClient } from '../support/admin';
import type { Server } from '../support/server';

/** Requests that together show a whole library to visitors and to editors. */
const VISITORS = [
  '/api/upload/files?populate=*&sort=id&pagination[pageSize]=100',
  '/api/upload/files/page?sort=id&filters[mime][$contains]=image',
  '/api/restaurants?populate=*',
  '/api/articles?populate[slides][populate]=*&populate[blocks][populate]=*',
];
const EDITORS = [
  '/upload/files?sort=createdAt:ASC&pageSize=100',
  '/upload/folders?sort=name:ASC',
  '/upload/folder-structure',
  '/upload/settings',
  '/upload/configuration',
];

/** The tables of a library that both plugins have. Only this plugin has the ledger. */
const TABLES = [
  'files',
  'upload_folders',
  'files_folder_lnk',
  'upload_folders_parent_lnk',
  'files_related_mph',
];

/** Everything visible of a library: answers, tables, and a digest of each stored object. */
export interface Look {
  answers: Record<string, unknown>;
  tables: Record<string, { columns: string[]; rows: unknown[] }>;
  objects: Record<string, string>;
}

export async function look(server: Server, admin: AdminClient): Promise<Look> {
  const answers: Record<string, unknown> = {};
  for (const path of VISITORS) {
    answers[path] = await (await fetch(server.url + path)).json();
  }
  for (const path of EDITORS) {
    const { status, body } = await admin.get(path);
    expect([path, status, body.error]).toEqual([path, 200, undefined]);
    answers[path] = body;
  }
  const objects: Record<string, string> = {};
  for (const name of await server.uploaded()) {
    objects[name] = await digestAt(server, `/uploads/${name}`);
  }
  return { answers, tables: await tablesOf(server), objects };
}

/** The status of the answer to a request for an address, and the digest of the answer's bytes. */
async function digestAt(server: Server, address: string): Promise<string> {
  const response = await fetch(server.url + address);
  const bytes = new Uint8Array(await response.arrayBuffer());
  return `${response.status} ${createHash('sha256').update(bytes).digest('hex')}`;
}

const tablesOf = (server: Server): Promise<Look['tables']> =>
  server.inside(async (strapi, names) => {
    const tables: Look['tables'] = {};
    for (const name of names) {
      const columns = Object.keys(await strapi.db.getConnection(name).columnInfo());
      const rows = await strapi.db.getConnection(name).select('*').orderBy('id');
      tables[name] = { columns: columns.sort(), rows };
    }
    return tables;
  }, TABLES);
