'use strict';

const RESTAURANT = 'api::restaurant.restaurant';
const SAMPLE_NAMES = ['The Copper Kettle', 'Trattoria Bellavista'];

/** Creates and publishes the sample restaurants if the project has no restaurant. */
async function createSampleRestaurants(strapi) {
  if ((await strapi.db.query(RESTAURANT).count()) > 0) {
    return;
  }
  for (const name of SAMPLE_NAMES) {
    await strapi.documents(RESTAURANT).create({ data: { name }, status: 'published' });
  }
}

module.exports = { createSampleRestaurants };
