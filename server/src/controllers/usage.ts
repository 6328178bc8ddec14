import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { contentTypes } from '../util/strapi-utils';
import { FILE_UID } from '../config/constants';
import { FilesInUse } from '../usage/files-in-use';
import { groupBy } from '../util/group';
import type { Use, Uses } from '../usage/use';
import { may } from '../http/may';

/** The answer to a caller who asks for the uses of files. */
interface UsageAnswer {
  results: Array<Omit<Use, 'id'>>;
  /** Number of uses that the caller may not see. */
  hidden: number;
  /** Whether there may be more uses than were searched for. */
  more: boolean;
}

/** Returns the uses that a caller may see. All uses are in one content type. */
export type Visible = (uid: string, uses: Use[]) => Promise<Use[]>;

/** The uses that a caller may see, in a stable order. */
export async function shownUsage({ uses, more }: Uses, visible: Visible): Promise<UsageAnswer> {
  const seen: Use[] = [];
  for (const [uid, some] of groupBy(uses, (use) => use.uid)) {
    seen.push(...(await visible(uid, some)));
  }
  const results = seen
    .map(({ id: _id, ...use }) => use)
    .sort((a, b) => orderOf(a).localeCompare(orderOf(b), 'en'));
  return { results, hidden: uses.length - seen.length, more };
}

const orderOf = ({ fileId, uid, documentId, locale, status, field }: Omit<Use, 'id'>): string =>
  [fileId, uid, documentId, locale, status, field].join(' ');

/** Runs work that fails if files are in use. The error then lists the uses that the caller may see. */
export async function tellingUses<T>(work: () => Promise<T>, visible: Visible): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof FilesInUse
      ? new FilesInUse(error.found, await shownUsage(error.found, visible))
      : error;
  }
}

/**
 * Returns the uses that a caller of the content API may see: those in entries that the caller may find, in
 * attributes that are not private.
 */
export const visibleToCaller =
  (strapi: Core.Strapi, ctx: Context): Visible =>
  async (uid, uses) =>
    (await may(strapi, ctx, `${uid}.find`)) || (await may(strapi, ctx, `${uid}.findOne`))
      ? uses.filter(({ field }) => !isPrivate(strapi, uid, field.split('.')))
      : [];

function isPrivate(strapi: Core.Strapi, uid: string, [name = '', ...rest]: string[]): boolean {
  const model = strapi.getModel(uid as typeof FILE_UID);
  const attribute = (model.attributes as Record<string, { component?: string }>)[name];
  const below = rest.filter((word) => !/^\d+$/.test(word));
  return (
    contentTypes.isPrivateAttribute(model, name) ||
    (attribute?.component !== undefined &&
      below.length > 0 &&
      isPrivate(strapi, attribute.component, below))
  );
}
