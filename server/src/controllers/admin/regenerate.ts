import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { containerOf } from '../../wiring/container';
import { bodyOf } from '../../http/form';
import { validateRegeneration } from './validation';

/** One at a time, so that uploads beside it wait for one image at most. */
const AT_ONCE = 1;

/** Making the sizes of stored images anew, in the background of the instance that was asked. */
export default ({ strapi }: { strapi: Core.Strapi }) => {
  const regeneration = () => containerOf(strapi).background.regeneration;

  return {
    /** How the last one stands, in whatever instance it runs; null where there was none. */
    async find(ctx: Context) {
      ctx.body = { data: await regeneration().progress() };
    },

    async start(ctx: Context) {
      const { mode, names, dryRun } = await validateRegeneration(bodyOf(ctx));
      const choice = { mode, names: names ?? null, dryRun: dryRun ?? false };
      const options = { ...choice, restart: false, concurrency: AT_ONCE };
      const { progress } = await regeneration().start(options);
      ctx.status = 202;
      ctx.body = { data: progress };
    },

    /** It ends with the image that is in work; asking again shows when. */
    async stop(ctx: Context) {
      await regeneration().stop();
      ctx.body = { data: await regeneration().progress() };
    },
  };
};
