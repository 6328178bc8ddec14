import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { errors } from '../../util/strapi-utils';
import { containerOf } from '../../wiring/container';
import { SETTINGS as KNOWN, validateSettings } from './validation';

/** The settings of the Media Library for images, which an administrator changes. */
export default ({ strapi }: { strapi: Core.Strapi }) => {
  const service = () => strapi.plugin('upload').service('upload');

  return {
    async getSettings(ctx: Context) {
      const settings = await service().getSettings();
      if (!settings) {
        throw new errors.NotFoundError();
      }
      const { concurrentUploadRequests } = containerOf(strapi).settings.config();
      ctx.body = { data: { ...settings, concurrentUploadRequests } };
    },

    async updateSettings(ctx: Context) {
      const { body } = ctx.request as { body?: Record<string, unknown> };
      const known = await validateSettings(body);
      const settings = { ...known, ...newer((await service().getSettings()) ?? {}, known, body) };
      await service().setSettings(settings);
      ctx.body = { data: settings };
    },
  };
};

/**
 * Settings that a later version of Strapi has stored and this plugin does not know. They can be changed to a value
 * of the same type, and they are never lost.
 */
function newer(
  stored: Record<string, unknown>,
  known: Record<string, unknown>,
  said: Record<string, unknown> | undefined
): Record<string, unknown> {
  const names = Object.keys(stored).filter((name) => !KNOWN.includes(name) && !(name in known));
  return Object.fromEntries(
    names.map((name) => {
      const isSaid = typeof said?.[name] === typeof stored[name];
      return [name, isSaid ? said?.[name] : stored[name]];
    })
  );
}
