import type { PluginDefinition, StrapiApp } from '@strapi/strapi/admin';
import upload from '@strapi/upload/strapi-admin';
import { extended } from './extended';
import { imageSizesLink } from './image-sizes/settings-link';
import { textsIn } from './translations';

const builtin = upload as PluginDefinition;

/** The Media Library that users know, and pages of our own; this plugin's server answers both. */
export default {
  ...builtin,
  register(app: StrapiApp) {
    builtin.register(extended(app));
    app.addSettingsLink('global', imageSizesLink);
  },
  /** The texts of both come from here: a plugin has one such function. */
  async registerTrads(wanted: { locales: string[] }) {
    const theirs = (await builtin.registerTrads?.(wanted)) ?? [];
    return wanted.locales.map((locale) => ({
      locale,
      data: { ...theirs.find((one) => one.locale === locale)?.data, ...textsIn(locale) },
    }));
  },
};
