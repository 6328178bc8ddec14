import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { contentTypes } from '../util/strapi-utils';
import { FILE_UID } from '../config/constants';
import { FilesInUse } from '../usage/files-in-use';
import { groupBy } from '../util/group';
import type { Use, Uses } from '../usage/use';
import { may } from '../http/may';

/** What a caller is told of the entries that use files. */
interface UsageAnswer {
  results: Array<Omit<Use, 'id'>>;
  /** How many there are that the caller may not see. */
  hidden: number;
  /** Whether there may be more than were looked for. */
  more: boolean;
}

/** Those of some uses that a caller may see; all are of one content type. */
export type Visible = (uid: string, uses: Use[]) => Promise<Use[]>;

/** Uses as a caller may see them, in an order that does not change. */
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

/** Does something that files in use may forbid, and tells the caller by what they are used. */
export async function tellingUses<T>(work: () => Promise<T>, visible: Visible): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof FilesInUse
      ? new FilesInUse(error.found, await shownUsage(error.found, visible))
      : error;
  }
}

/** A caller of the content API may see uses in what it may find, in attributes that are not private. */
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
