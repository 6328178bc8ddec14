import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { validateViewConfiguration } from './validation';

/** How the Media Library lists files until a person chooses otherwise. */
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
