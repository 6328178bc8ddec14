import type { Core } from '@strapi/strapi';
import { containerOf } from '../wiring/container';

/** The service that returns the folder for files that arrive over REST. */
export default ({ strapi }: { strapi: Core.Strapi }) => ({
  getAPIUploadFolder: () => containerOf(strapi).library.apiFolder(),
});
