import type { Core } from '@strapi/strapi';
import { partsOf } from '../wiring/parts';

/** Where files go that arrive over REST. */
export default ({ strapi }: { strapi: Core.Strapi }) => ({
  getAPIUploadFolder: () => partsOf(strapi).library.apiFolder(),
});
