import type { Core } from '@strapi/strapi';
import { createAdministrator } from './administrator';
import { grantToPublic } from './permissions';
import { createSampleRestaurants } from './restaurants';

const PUBLIC_ACTIONS = [
  'plugin::upload.content-api.upload',
  'plugin::upload.content-api.find',
  'plugin::upload.content-api.findOne',
  'plugin::upload.content-api.findPage',
  'plugin::upload.content-api.destroy',
  'api::restaurant.restaurant.find',
  'api::restaurant.restaurant.findOne',
  'api::restaurant.restaurant.update',
  'api::restaurant.restaurant.addPictures',
  'api::article.article.find',
  'api::article.article.findOne',
];

/**
 * Creates the data that the demo page needs, and a login for the admin panel. Adds only missing data, so it can run at
 * each start.
 */
export async function seed(strapi: Core.Strapi): Promise<void> {
  await grantToPublic(strapi, PUBLIC_ACTIONS);
  await createSampleRestaurants(strapi);
  if (process.env.PLAYGROUND_ADMIN !== 'false') {
    await createAdministrator(strapi);
  }
}
