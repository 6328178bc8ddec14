import type { Server } from '../../support/server';
import { countFiles, describeFiles } from './disk';
import type { Normaliser } from './normalise';

type Row = Record<string, unknown>;

/** Everything that a case leaves in a server. */
export interface Snapshot {
  rows: Record<string, unknown[]>;
  /** The upload plugin's entries in Strapi's store. */
  store: unknown;
  /** A description of each file in the uploads folder: its name and its content. */
  disk: string[];
  /** Number of files in the folder for temporary files. */
  temp: number;
}

/** Tables in the order in which their ids get labels: files and folders before the tables that link them. */
const TABLES = [
  'files',
  'upload_folders',
  'files_folder_lnk',
  'upload_folders_parent_lnk',
  'files_related_mph',
];

/** Contents of the tables and of Strapi's store, in which no value is replaced by a label yet. */
export interface Traces {
  rows: Record<string, Row[]>;
  store: Record<string, string>;
}

/** Reads the tables and Strapi's store of a server. */
export function readTraces(server: Server): Promise<Traces> {
  return server.inside(async (strapi, tables) => {
    const rows: Record<string, Row[]> = {};
    for (const table of tables) {
      rows[table] = await strapi.db.connection(table).orderBy('id');
    }
    const entries: Array<{ key: string; value: string }> = await strapi.db
      .connection('strapi_core_store_settings')
      .where('key', 'like', 'plugin_upload_%')
      .whereNot('key', 'plugin_upload_metrics')
      .orderBy('key');
    return { rows, store: Object.fromEntries(entries.map(({ key, value }) => [key, value])) };
  }, TABLES);
}

/** Name of the table of each document id. */
export function documentsOf({ rows }: Traces): Map<string, string> {
  return new Map(
    Object.entries(rows).flatMap(([table, all]) =>
      all.map((row): [string, string] => [String(row.document_id), table])
    )
  );
}

/** Replaces values in the traces of a server by labels, and reads its disk. */
export async function snapshot(
  server: Server,
  { rows, store }: Traces,
  normaliser: Normaliser
): Promise<Snapshot> {
  const names = await server.uploaded();
  const disk = await describeFiles(server.project.uploads, sortByStem(names));
  return {
    rows: Object.fromEntries(TABLES.map((table) => [table, labelled(rows[table]!, normaliser)])),
    store: normaliser.value(withParsedJson(store)),
    disk: disk.map(([name, content]) => `${normaliser.text(name)}: ${content}`).sort(),
    temp: await countFiles(server.project.temp),
  };
}

/**
 * The rows of a table with labels, in an order that does not depend on their ids. The order of ids is random, because a
 * request's files are stored in parallel. Links have no names, so they are ordered by the rows that they link.
 */
function labelled(rows: Row[], normaliser: Normaliser): unknown[] {
  const label = (row: Row) => normaliser.value(withParsedJson(row)) as Row;
  if (rows.every((row) => 'name' in row)) {
    return rows.sort((a, b) => compareText(placeOf(a), placeOf(b))).map(label);
  }
  return rows
    .map(({ id, ...row }) => ({ id, row: label(row) }))
    .sort((a, b) => compareText(JSON.stringify(a.row), JSON.stringify(b.row)))
    .map(({ id, row }) => ({ id: normaliser.value(id), ...row }));
}

/** Parses the JSON in a row, because SQLite stores JSON as text. */
function withParsedJson(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === 'string' && /^[[{]/.test(value) ? JSON.parse(value) : value,
    ])
  );
}

/** A sort key that begins with a stable value: a file's hash or a folder's path. */
const placeOf = ({ hash, path, name }: Row): string => `${stem(String(hash ?? path))} ${name}`;

/** Sorts names of files. Ignores the random end of the hash in each name. */
const sortByStem = (names: readonly string[]): string[] =>
  [...names].sort((a, b) => compareText(stem(a), stem(b)));

const stem = (name: string): string => name.replace(/_[0-9a-f]{10}/, '');

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
