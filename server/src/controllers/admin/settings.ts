import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { errors } from '../../strapi-utils';
import { partsOf } from '../../parts';
import { validateSettings } from './validation';

/** What the Media Library does with pictures, as an administrator sets it. */
export default ({ strapi }: { strapi: Core.Strapi }) => {
  const service = () => strapi.plugin('upload').service('upload');

  return {
    async getSettings(ctx: Context) {
      const settings = await service().getSettings();
      if (!settings) {
        throw new errors.NotFoundError();
      }
      const { concurrentUploadRequests } = partsOf(strapi).config();
      ctx.body = { data: { ...settings, concurrentUploadRequests } };
    },

    async updateSettings(ctx: Context) {
      const settings = await validateSettings((ctx.request as { body?: unknown }).body);
      await service().setSettings(settings);
      ctx.body = { data: settings };
    },
  };
};
