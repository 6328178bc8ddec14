import type { Core } from '@strapi/strapi';
import { containerOf } from '../wiring/container';

/** Where files go that arrive over REST. */
export default ({ strapi }: { strapi: Core.Strapi }) => ({
  getAPIUploadFolder: () => containerOf(strapi).library.apiFolder(),
});
