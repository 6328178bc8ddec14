import type { Core } from '@strapi/strapi';
import type { Context, Next } from 'koa';
import { callerOf } from '../access/caller';
import { linkTargetOf } from '../controllers/link';
import { clientError } from '../errors';
import { isMultipart } from '../ingest/multipart/boundary';
import { closeUnlessComplete } from '../ingest/drain';
import { receiveFiles } from '../ingest/receive-files';
import { refusalOf } from '../links/refuse-files';
import { isComplete } from '../links/request';
import { partsOf } from '../parts';
import { tracked } from './tracked';

/** A multipart request as controllers find it, in the shape that koa-body gives. */
export interface FormRequest {
  body?: Record<string, unknown>;
  files?: { files?: unknown };
}

/**
 * Reads the multipart body of an authorised request and stages its files. Whatever of them no
 * step has stored in the end is taken back.
 */
export default (_config: unknown, { strapi }: { strapi: Core.Strapi }) =>
  async (ctx: Context, next: Next): Promise<void> => {
    const request = ctx.request as FormRequest;
    const parsedAlready = request.files !== undefined || ctx.req.readableEnded;
    if (parsedAlready || !isMultipart(ctx.get('content-type'))) {
      await next();
      return;
    }
    const { receiving, allowance, attempt: newAttempt, workload } = partsOf(strapi);
    const caller = callerOf(ctx);

    /**
     * A link that cannot be made is refused before its files are stored, where its fields are. What
     * the caller may bring is asked for a request that has files alone.
     */
    const beforeFiles = async (fields: Record<string, unknown>) => {
      const isNew = !ctx.params.id && !ctx.query.id;
      const target = isNew && isComplete(fields) ? await linkTargetOf(strapi, ctx, fields) : null;
      const refuse = (file: { name: string; mime: string }) => target && refusalOf(file, target);
      return { refuse, allowance: await allowance(caller) };
    };

    const handle = async () => {
      const attempt = newAttempt();
      try {
        const options = { ...receiving(caller), beforeFiles };
        const { fields, files } = await receiveFiles(ctx.req, options, attempt);
        closeUnlessComplete(ctx);
        request.body = fields;
        request.files = files.length > 0 ? { files: files.length === 1 ? files[0] : files } : {};
        await next();
      } catch (error) {
        throw clientError(error);
      } finally {
        await attempt.undo();
      }
    };
    await tracked(ctx, workload, handle);
  };
