import { errors } from '../util/strapi-utils';
import type { Database } from '../database/transactions';
import type { LinkRequest } from '../types/rows';
import { attributeOf, isLocalized, type LinkModel } from './model';

/** The rows of an entry that files are linked to: a document's versions and languages. */
export interface EntryRows {
  /** Drafts first. */
  ids: number[];
  /** Null for what is no document: rows of components. */
  documentId: string | null;
}

interface EntryRow {
  id: number;
  documentId?: string;
  locale?: string | null;
  publishedAt?: string | null;
}

/** An entry as a request names it. */
interface NamedEntry {
  request: LinkRequest;
  model: LinkModel;
  /** Null where the refId is the id of no row. */
  row: EntryRow | null;
}

interface RowLookup {
  db: Database;
  defaultLocale(): Promise<string | undefined>;
}

/**
 * Finds the rows that a refId means. A documentId means the draft and, where there is one, the
 * published version; the id of a published row means its draft too, so that the next publication
 * keeps the link, and the id of a draft that draft. What is not localized is one for all languages.
 *
 * @throws errors.NotFoundError for an entry that does not exist
 */
export async function findRows(
  request: LinkRequest,
  model: LinkModel,
  lookup: RowLookup
): Promise<EntryRows> {
  const id = parseRowId(request.refId);
  const named = id ? await rowWith(id, model, lookup) : null;
  if (!('documentId' in lookup.db.metadata.get(model.uid).attributes)) {
    return { ids: [(named ?? missing(request, model)).id], documentId: null };
  }
  const documentId = named?.documentId ?? documentIdOf(request, model);
  const language = await languageOf({ request, model, row: named }, lookup);
  const rows: EntryRow[] = await lookup.db.query(model.uid).findMany({
    where: language === undefined ? { documentId } : { documentId, locale: language },
    orderBy: { id: 'asc' },
  });
  const { draftAndPublish = false } = model.options ?? {};
  const isDraft = ({ publishedAt }: EntryRow) => draftAndPublish && !publishedAt;
  const draftsAlone = request.status === 'draft' || (named !== null && isDraft(named));
  const drafts = rows.filter(isDraft);
  const others = draftAndPublish && draftsAlone ? [] : rows.filter((row) => !isDraft(row));
  if (drafts.length + others.length === 0 || (request.status === 'published' && !others.length)) {
    missing(request, model);
  }
  return { ids: [...drafts, ...others].map((row) => row.id), documentId };
}

/** Ids are whole numbers that fit the column: anything else would be the database's error. */
function parseRowId(refId: string): number | null {
  const id = /^[1-9]\d{0,9}$/.test(refId) ? Number(refId) : NaN;
  return id <= 2 ** 31 - 1 ? id : null;
}

/** Document ids are letters and digits (cuid2). */
const documentIdOf = (request: LinkRequest, model: LinkModel): string =>
  /^[a-z][a-z0-9]{0,63}$/i.test(request.refId) ? request.refId : missing(request, model);

const rowWith = (id: number, { uid }: LinkModel, { db }: RowLookup): Promise<EntryRow | null> =>
  db.query(uid).findOne({ where: { id } });

/** The language whose rows are meant; undefined where all are. */
async function languageOf(
  { request, model, row }: NamedEntry,
  { defaultLocale }: RowLookup
): Promise<string | null | undefined> {
  const { locale, field } = request;
  if (!model.pluginOptions?.i18n?.localized) {
    return undefined;
  }
  if (row && locale && row.locale !== locale) {
    missing(request, model);
  }
  const [root = ''] = field.split('.');
  return isLocalized(model, attributeOf(model, root))
    ? (row?.locale ?? locale ?? (await defaultLocale()))
    : undefined;
}

function missing({ refId, locale }: LinkRequest, { uid, options }: LinkModel): never {
  const where = locale ? ` in the locale "${locale}"` : '';
  const advice =
    options?.draftAndPublish && parseRowId(refId)
      ? ' Row ids change whenever an entry is published; its documentId stays.'
      : '';
  throw new errors.NotFoundError(`refId: ${uid} has no entry "${refId}"${where}.${advice}`);
}
