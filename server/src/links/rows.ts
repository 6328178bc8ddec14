import { errors } from '../util/strapi-utils';
import type { Database } from '../database/transactions';
import type { LinkRequest } from '../types/rows';
import { attributeOf, isLocalized, type LinkModel } from './model';

/** The rows of an entry that files are linked to: versions and languages of a document. */
export interface EntryRows {
  /** Ids of the rows, drafts first. */
  ids: number[];
  /** The documentId; null for rows of components, which are not documents. */
  documentId: string | null;
}

interface EntryRow {
  id: number;
  documentId?: string;
  locale?: string | null;
  publishedAt?: string | null;
}

/** An entry in a request. */
interface NamedEntry {
  request: LinkRequest;
  model: LinkModel;
  /** The row with the id `refId`; null if the `refId` is not the id of a row. */
  row: EntryRow | null;
}

interface RowLookup {
  db: Database;
  defaultLocale(): Promise<string | undefined>;
}

/**
 * Finds the rows for a `refId`. A documentId selects the draft and the published version, if there is one. The
 * id of a published row also selects its draft, so that the link is kept at the next publication. The id of a draft
 * selects only that draft. A value that is not localized is linked in all languages.
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

/** Parses a row id: a whole number that fits the column. Any other number would cause a database error. */
function parseRowId(refId: string): number | null {
  const id = /^[1-9]\d{0,9}$/.test(refId) ? Number(refId) : NaN;
  return id <= 2 ** 31 - 1 ? id : null;
}

/** Returns the `refId` as a documentId, which consists of letters and digits (cuid2). */
const documentIdOf = (request: LinkRequest, model: LinkModel): string =>
  /^[a-z][a-z0-9]{0,63}$/i.test(request.refId) ? request.refId : missing(request, model);

const rowWith = (id: number, { uid }: LinkModel, { db }: RowLookup): Promise<EntryRow | null> =>
  db.query(uid).findOne({ where: { id } });

/** Returns the language of the rows to link; undefined for all languages. */
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
      ? ' The row id of an entry changes whenever the entry is published. Send its documentId, which does not change.'
      : '';
  throw new errors.NotFoundError(`refId: ${uid} has no entry "${refId}"${where}.${advice}`);
}
