import type { Knex } from 'knex';
import { chunks } from '../database/chunks';
import type { Database } from '../database/transactions';
import type { LinkModel } from '../links/model';
import { searchFor, type FileUrls, type UrlSearch } from './file-url';
import type { Occurrence, UsageReading } from './use';

type Row = Record<string, unknown>;

interface Column {
  field: string;
  column: string;
  isJson: boolean;
}

interface SoughtFile extends UrlSearch {
  id: number;
}

/** Files to search for in the texts of a model's rows. */
interface TextSearch {
  /** Uid of the model. */
  uid: string;
  columns: readonly Column[];
  files: readonly SoughtFile[];
}

/** Types of attributes in which editors write URLs. `blocks` and `json` are stored as JSON. */
const TEXTS = new Set(['richtext', 'blocks', 'text', 'string', 'json']);
const JSONS = new Set(['blocks', 'json']);

/** Number of rows that are read by one query, with their texts. */
const PAGE = 200;

/** Maximum number of comparisons per query: SQLite limits the depth of a condition (1000). */
const COMPARISONS = 400;

/**
 * Yields the attributes whose text contains a URL of a file, page by page. Runs one query per model that has texts.
 * Each query reads every row, since no index helps.
 */
export async function* textOccurrences(
  files: readonly FileUrls[],
  { db, models, trx }: UsageReading
): AsyncGenerator<Occurrence[]> {
  const sought: SoughtFile[] = files.map((file) => ({ id: file.id, ...searchFor(file) }));
  const searched = sought.filter(({ parts }) => parts.length > 0);
  for (const model of models().filter(isContent)) {
    const columns = textColumnsOf(model, db);
    for (const some of columns.length > 0 ? inQueries(searched, columns.length) : []) {
      yield* spotsIn({ uid: model.uid, columns, files: some }, { db, trx });
    }
  }
}

/** Whether users see the model. Plugins keep settings, permissions and old versions of entries in hidden models. */
const isContent = ({ uid, modelType, pluginOptions }: LinkModel): boolean =>
  modelType === 'component' ||
  uid.startsWith('api::') ||
  pluginOptions?.['content-manager']?.visible !== false;

function textColumnsOf({ uid, attributes }: LinkModel, db: Database): Column[] {
  const known = db.metadata.get(uid).attributes as Record<string, { columnName?: string }>;
  return Object.entries(attributes)
    .filter(([name, { type }]) => TEXTS.has(type) && name !== 'locale')
    .map(([field, { type }]) => ({
      field,
      column: known[field]?.columnName ?? field,
      isJson: JSONS.has(type),
    }));
}

/** Splits files into groups for one query each. A single file may have more parts than the limit. */
function inQueries(files: readonly SoughtFile[], columns: number): SoughtFile[][] {
  const most = Math.max(...files.map(({ parts }) => parts.length));
  return chunks(files, Math.max(1, Math.floor(COMPARISONS / (columns * most))));
}

/** Whether a column contains a part of a URL, as a pattern of `LIKE` ({@link patternOf}). */
const TEXT = ":column: like :part escape '!'";
const JSON_TEXT = "cast(:column: as text) like :part escape '!'";

/**
 * Whether a column contains a part of a URL, on MySQL and MariaDB. MariaDB finds bytes in a fraction of the time that
 * it needs for characters. The inner cast converts the column to the encoding of the connection, which the part has
 * too.
 */
const BYTES = 'locate(cast(:part as binary), cast(cast(:column: as char) as binary)) > 0';

const patternOf = (part: string): string => `%${part.replace(/[!%_]/g, '!$&')}%`;

async function* spotsIn(
  search: TextSearch,
  { db, trx }: Pick<UsageReading, 'db' | 'trx'>
): AsyncGenerator<Occurrence[]> {
  const { uid, columns, files } = search;
  const { tableName } = db.metadata.get(uid);
  const isMysql = db.dialect.client === 'mysql';
  const parts = files.flatMap(({ parts }) => parts.map(isMysql ? String : patternOf));
  for (let last = 0, rows: Row[] = []; last === 0 || rows.length === PAGE;) {
    rows = await db
      .getConnection(tableName)
      .where('id', '>', last)
      .where((either: Knex.QueryBuilder) => {
        for (const { column, isJson } of columns) {
          const contains = isMysql ? BYTES : isJson ? JSON_TEXT : TEXT;
          parts.forEach((part) => void either.orWhereRaw(contains, { column, part }));
        }
      })
      .orderBy('id')
      .limit(PAGE)
      .select('id', ...columns.map(({ column }) => column))
      .transacting(trx);
    last = Number(rows.at(-1)?.id ?? Infinity);
    yield rows.flatMap((row) => spotsOf(row, search));
  }
}

/**
 * Returns the attributes of a row whose text contains a URL of a file. Each text is checked exactly, since the database
 * may have found a longer name, or letters in another case.
 */
function spotsOf(row: Row, { uid, columns, files }: TextSearch): Occurrence[] {
  return columns.flatMap(({ field, column, isJson }) => {
    const texts = isJson ? stringsIn(parsed(row[column])) : [row[column] ?? ''];
    return files
      .filter(({ isIn }) => texts.some((text) => isIn(String(text))))
      .map((file) => ({ fileId: file.id, uid, id: Number(row.id), field, inText: true }));
  });
}

/** Returns a JSON value. PostgreSQL and MySQL return JSON parsed, SQLite and MariaDB as text. */
function parsed(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

const stringsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(stringsIn)
      : [];
