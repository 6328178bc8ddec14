import path from 'node:path';
import knex from 'knex';

const SIZES = { thumbnail: 245, small: 500, medium: 750, large: 1000 };

/**
 * SQL expressions that differ between databases. `hex` makes ten hex digits of a number, `time` makes a time from
 * seconds since 1970, and `json` makes JSON from a text.
 */
const DIALECTS = {
  'better-sqlite3': {
    hex: (number) => `printf('%010x', ${number})`,
    time: (seconds) => `(${seconds}) * 1000`,
    json: (text) => text,
  },
  pg: {
    hex: (number) => `lpad(to_hex(${number}), 10, '0')`,
    time: (seconds) => `to_timestamp(${seconds})`,
    json: (text) => `CAST(${text} AS jsonb)`,
  },
  mysql2: {
    hex: (number) => `lpad(lower(hex(${number})), 10, '0')`,
    time: (seconds) => `from_unixtime(${seconds})`,
    json: (text) => text,
  },
};

/** The sizes of an image, as Strapi stores them in a row. */
const formatsOf = (hash) =>
  Object.fromEntries(
    Object.entries(SIZES).map(([name, width]) => [
      name,
      {
        name: `${name}_photo.jpg`,
        hash: `${name}_${hash}`,
        ext: '.jpg',
        mime: 'image/jpeg',
        path: null,
        width,
        height: Math.round(width * 0.75),
        size: width / 10,
        sizeInBytes: width * 100,
        url: `/uploads/${name}_${hash}.jpg`,
      },
    ])
  );

/** A SQL expression for each column of file number `n`. One of ten files is a PDF. */
function columnsOf({ hex, time, json }, folderPath) {
  const hash = `concat('photo_', ${hex('n')})`;
  const created = time('1700000000 + n');
  return {
    document_id: `concat('xxxxxxxxxxxxxx', ${hex('n')})`,
    name: "concat('Photo ', (n * 79) % 1000003, '.jpg')",
    alternative_text: "concat('What picture ', n, ' shows')",
    caption: "CASE WHEN n % 3 = 0 THEN NULL ELSE concat('Taken on day ', n % 365) END",
    width: '1920',
    height: '1440',
    formats: json(`replace('${JSON.stringify(formatsOf('HASH'))}', 'HASH', ${hash})`),
    hash,
    ext: "'.jpg'",
    mime: "CASE WHEN n % 10 = 0 THEN 'application/pdf' ELSE 'image/jpeg' END",
    size: '100 + n % 900',
    url: `concat('/uploads/', ${hash}, '.jpg')`,
    provider: "'local'",
    folder_path: `'${folderPath}'`,
    created_at: created,
    updated_at: created,
    published_at: created,
  };
}

/** A SQL table with the numbers `n` from 1 to `count`. */
function numbersTo(count) {
  const places = Array.from(String(count), (_, place) => place);
  const ten = Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} AS d`).join(' UNION ALL ');
  const sum = places.map((place) => `${10 ** place} * t${place}.d`).join(' + ');
  const tables = places.map((place) => `(${ten}) t${place}`).join(' CROSS JOIN ');
  const all = `(SELECT 1 + ${sum} AS n FROM ${tables}) every_number`;
  return `(SELECT n FROM ${all} WHERE n <= ${count} ORDER BY n) numbers`;
}

/** Connects directly to the database of a server made by `start`. The caller destroys the connection. */
export const connect = ({ dir, database }) =>
  knex(
    database ?? {
      client: 'better-sqlite3',
      useNullAsDefault: true,
      connection: { filename: path.join(dir, '.tmp/data.db') },
    }
  );

/**
 * Inserts rows of files into the database of a running server with SQL. The bytes of these files do not exist. Half of
 * the files are linked to entries, four files to each entry.
 *
 * @param server server made by `start`
 * @param rows number of rows
 * @param folder id and path of the folder of the files; without it, the files are in no folder
 */
export async function fillLibrary(server, rows, folder) {
  const db = connect(server);
  try {
    const hasLedger = await db.schema.hasTable('upload_ledger');
    await db.transaction((trx) => insertAll(trx, rows, { folder, hasLedger }));
    await analyze(db, hasLedger);
  } finally {
    await db.destroy();
  }
}

async function insertAll(trx, rows, { folder, hasLedger }) {
  const columns = columnsOf(DIALECTS[trx.client.config.client], folder?.path ?? '/');
  await insert(trx, 'files', columns, numbersTo(rows));
  const filled = "files WHERE hash LIKE 'photo_%'";
  if (folder) {
    const link = { file_id: 'id', folder_id: folder.id, file_ord: 'id' };
    await insert(trx, 'files_folder_lnk', link, filled);
  }
  const link = {
    file_id: 'id',
    related_id: '1000 + id / 8',
    related_type: "'api::restaurant.restaurant'",
    field: "'covers'",
    [trx.ref('order').toString()]: '1 + (id % 8) / 2',
  };
  await insert(trx, 'files_related_mph', link, `${filled} AND id % 2 = 0`);
  if (hasLedger) {
    await insert(trx, 'upload_ledger', ledgerColumns(trx.ref('key').toString()), filled);
  }
}

const ledgerColumns = (key) => ({
  [key]: 'hash',
  state: "'stored'",
  objects: 'formats',
  file_id: 'id',
  file_document: 'document_id',
  provider: 'provider',
  lease_until: '0',
  tries: '0',
  created_at: 'created_at',
});

const insert = (trx, table, columns, from) =>
  trx.raw(
    `INSERT INTO ${table} (${Object.keys(columns).join(', ')})
     SELECT ${Object.values(columns).join(', ')} FROM ${from}`
  );

/**
 * Updates the statistics of the tables. Database servers do this automatically after a while. SQLite never does, so
 * this function changes nothing in SQLite.
 */
async function analyze(db, hasLedger) {
  const { client } = db.client.config;
  const ledger = hasLedger ? ', upload_ledger' : '';
  const tables = `files, files_folder_lnk, files_related_mph${ledger}`;
  if (client !== 'better-sqlite3') {
    await db.raw(client === 'mysql2' ? `ANALYZE TABLE ${tables}` : `ANALYZE ${tables}`);
  }
}
