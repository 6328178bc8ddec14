import type { PluginDefinition, StrapiApp } from '@strapi/strapi/admin';
import upload from '@strapi/upload/strapi-admin';
import { extended } from './extended';
import { imageSizesLink } from './image-sizes/settings-link';
import { textsIn } from './translations';

const builtin = upload as PluginDefinition;

/** The built-in's Media Library, with additional pages. This plugin's server handles the requests of both. */
export default {
  ...builtin,
  register(app: StrapiApp) {
    builtin.register(extended(app));
    app.addSettingsLink('global', imageSizesLink);
  },
  /**
   * Returns the texts of the built-in and of this plugin, since a plugin can have only one function `registerTrads`.
   */
  async registerTrads(wanted: { locales: string[] }) {
    const theirs = (await builtin.registerTrads?.(wanted)) ?? [];
    return wanted.locales.map((locale) => ({
      locale,
      data: { ...theirs.find((one) => one.locale === locale)?.data, ...textsIn(locale) },
    }));
  },
};
