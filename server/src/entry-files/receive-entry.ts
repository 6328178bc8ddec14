import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { callerOf } from '../access/caller';
import { may } from '../controllers/may';
import { clientError, NotPermitted } from '../errors';
import { closeUnlessComplete } from '../ingest/drain';
import { receiveFiles } from '../ingest/receive-files';
import type { LinkModel } from '../links/model';
import { partsOf } from '../parts';
import { EntryFormReader } from './form';
import { pendingOf } from './pending';

const UPLOAD = 'plugin::upload.content-api.upload';

/**
 * Reads the form of an authorised request and stages its files. It is the first policy of a
 * route: the project's own policies decide with `data` before them, as with a JSON body.
 *
 * @returns true; what is wrong is thrown
 */
export default async (
  ctx: Pick<Context, 'state' | 'request' | 'req' | 'res'>,
  { uid }: { uid: string },
  { strapi }: { strapi: Core.Strapi }
): Promise<boolean> => {
  const pending = pendingOf(ctx);
  if (!pending) {
    return true;
  }
  const getModel = (uid: string) => strapi.getModel(uid as 'admin::user') as LinkModel | undefined;
  const { receiving, allowance } = partsOf(strapi);
  const caller = callerOf(ctx);
  const reader = new EntryFormReader(getModel(uid)!, getModel);

  const beforeFiles = async (fields: Record<string, string | string[]>) => {
    if (!(await may(strapi, ctx, UPLOAD))) {
      throw new NotPermitted(
        `Sending files with an entry stores them: it needs the permission "${UPLOAD}" as well.`
      );
    }
    reader.dataOf(fields);
    return { allowance: await allowance(caller) };
  };

  try {
    const options = { ...receiving(caller), batch: 'all' as const, beforeFiles };
    const shape = reader.shape;
    const received = await receiveFiles(ctx.req, { ...options, shape }, pending.attempt);
    closeUnlessComplete(ctx);
    pending.form = reader.read(received);
  } catch (error) {
    throw clientError(error);
  }
  (ctx.request as { body?: unknown }).body = { data: pending.form.data };
  return true;
};
