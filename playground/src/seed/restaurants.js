'use strict';

const RESTAURANT = 'api::restaurant.restaurant';
const SAMPLE_NAMES = ['The Copper Kettle', 'Trattoria Bellavista'];

/** Creates and publishes the sample restaurants in a project that has no restaurant at all. */
async function createSampleRestaurants(strapi) {
  if ((await strapi.db.query(RESTAURANT).count()) > 0) {
    return;
  }
  for (const name of SAMPLE_NAMES) {
    await strapi.documents(RESTAURANT).create({ data: { name }, status: 'published' });
  }
}

module.exports = { createSampleRestaurants };
