import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { validateViewConfiguration } from './validation';

/** Default settings for the list of files in the Media Library, which a user can change for themselves. */
export default ({ strapi }: { strapi: Core.Strapi }) => {
  const service = () => strapi.plugin('upload').service('upload');

  return {
    async findViewConfiguration(ctx: Context) {
      ctx.body = { data: await service().getConfiguration() };
    },

    async updateViewConfiguration(ctx: Context) {
      const { body } = ctx.request as { body?: unknown };
      await validateViewConfiguration(body);
      await service().setConfiguration(body);
      ctx.body = { data: await service().getConfiguration() };
    },
  };
};
