import type { PluginDefinition, StrapiApp } from '@strapi/strapi/admin';
import upload from '@strapi/upload/strapi-admin';
import { extended } from './extended';

const builtin = upload as PluginDefinition;

/** The Media Library that users know; this plugin's server answers its requests. */
export default {
  ...builtin,
  register(app: StrapiApp) {
    builtin.register(extended(app));
  },
};
