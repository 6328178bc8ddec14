import type { Core } from '@strapi/strapi';

const RESTAURANT = 'api::restaurant.restaurant';
const SAMPLE_NAMES = ['The Copper Kettle', 'Trattoria Bellavista'];

/** Creates and publishes the sample restaurants if the project has no restaurant. */
export async function createSampleRestaurants(strapi: Core.Strapi): Promise<void> {
  if ((await strapi.db.query(RESTAURANT).count()) > 0) {
    return;
  }
  for (const name of SAMPLE_NAMES) {
    await strapi.documents(RESTAURANT).create({ data: { name }, status: 'published' });
  }
}
