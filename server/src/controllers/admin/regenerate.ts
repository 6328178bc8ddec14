import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { containerOf } from '../../wiring/container';
import { bodyOf } from '../../http/form';
import { validateRegeneration } from './validation';

/** Number of images that are processed at the same time. With one, uploads meanwhile wait for one image at most. */
const AT_ONCE = 1;

/** Regenerates the sizes of stored images, in the background of the process that gets the request. */
export default ({ strapi }: { strapi: Core.Strapi }) => {
  const regeneration = () => containerOf(strapi).background.regeneration;

  return {
    /** Answers with the progress of the last regeneration, in whichever process it runs; null if there was none. */
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

    /** Stops the regeneration after the image in work. A later request shows when it has ended. */
    async stop(ctx: Context) {
      await regeneration().stop();
      ctx.body = { data: await regeneration().progress() };
    },
  };
};
