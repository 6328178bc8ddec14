import { FILE_UID, FOLDER_UID } from '../config/constants';
import { chunks } from '../database/chunks';
import { joinTableOf } from '../links/join-table';
import { attributeOf, type LinkModel } from '../links/model';
import type { Occurrence, UsageLookup, UsageReading } from './use';

type Row = Record<string, unknown>;

/** Number of rows that are read by one query. */
const PAGE = 500;

/**
 * Yields the attributes that files are linked to, page by page: media attributes, and relations to files. Links of
 * models or attributes that no longer exist are left out. Links of rows that no longer exist are included.
 */
export async function* linkedOccurrences(
  fileIds: readonly number[],
  reading: UsageReading
): AsyncGenerator<Occurrence[]> {
  const { db, getModel, trx } = reading;
  const { name, joinColumn, morphColumn } = joinTableOf(db);
  for (const ids of chunks(fileIds, PAGE)) {
    for (let last = 0, rows: Row[] = []; last === 0 || rows.length === PAGE;) {
      rows = await db
        .getConnection(name)
        .whereIn(joinColumn.name, ids)
        .where('id', '>', last)
        .orderBy('id')
        .limit(PAGE)
        .transacting(trx);
      last = Number(rows.at(-1)?.id ?? Infinity);
      yield rows
        .map((row) => ({
          fileId: Number(row[joinColumn.name]),
          uid: String(row[morphColumn.typeColumn.name]),
          id: Number(row[morphColumn.idColumn.name]),
          field: String(row.field),
          inText: false,
        }))
        .filter(({ uid, field }) => {
          const model = getModel(uid);
          return model && attributeOf(model, field);
        });
    }
    yield* relatedOccurrences(ids, reading);
  }
}

/** Yields the attributes of the type `relation` that point to files. */
async function* relatedOccurrences(
  fileIds: readonly number[],
  { db, models, trx }: UsageReading
): AsyncGenerator<Occurrence[]> {
  for (const model of models()) {
    for (const field of relationsOf(model)) {
      const columns = columnsOf(db, model.uid, field);
      if (columns) {
        for (let last = 0, rows: Row[] = []; last === 0 || rows.length === PAGE;) {
          rows = await db
            .getConnection(columns.table)
            .whereIn(columns.file, fileIds)
            .where('id', '>', last)
            .orderBy('id')
            .limit(PAGE)
            .select('id', columns.file, columns.entry)
            .transacting(trx);
          last = Number(rows.at(-1)?.id ?? Infinity);
          yield rows.map((row) => ({
            fileId: Number(row[columns.file]),
            uid: model.uid,
            id: Number(row[columns.entry]),
            field,
            inText: false,
          }));
        }
      }
    }
  }
}

/** Names of a model's relations to files. The relation of a folder to its files is not a use. */
const relationsOf = ({ uid, attributes }: LinkModel): string[] =>
  uid === FILE_UID || uid === FOLDER_UID
    ? []
    : Object.entries(attributes).flatMap(([name, { type, target }]) =>
        type === 'relation' && target === FILE_UID ? [name] : []
      );

interface RelationColumns {
  joinTable?: { name: string; joinColumn: { name: string }; inverseJoinColumn: { name: string } };
  joinColumn?: { name: string };
}

/** Table and columns of a relation. Null for a morph relation, whose rows are those of media attributes. */
function columnsOf(db: UsageLookup['db'], uid: string, field: string) {
  const { tableName, attributes } = db.metadata.get(uid);
  const { joinTable, joinColumn } = attributes[field] as unknown as RelationColumns;
  if (joinTable) {
    const { name: table, joinColumn: entry, inverseJoinColumn: file } = joinTable;
    return { table, entry: entry.name, file: file.name };
  }
  return joinColumn ? { table: tableName, entry: 'id', file: joinColumn.name } : null;
}
