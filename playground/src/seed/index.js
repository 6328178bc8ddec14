'use strict';

const { createAdministrator } = require('./administrator');
const { grantToPublic } = require('./permissions');
const { createSampleRestaurants } = require('./restaurants');

const PUBLIC_ACTIONS = [
  'plugin::upload.content-api.upload',
  'plugin::upload.content-api.find',
  'plugin::upload.content-api.findOne',
  'plugin::upload.content-api.findPage',
  'plugin::upload.content-api.destroy',
  'api::restaurant.restaurant.find',
  'api::restaurant.restaurant.findOne',
  'api::restaurant.restaurant.update',
  'api::article.article.find',
  'api::article.article.findOne',
];

/**
 * Creates the data that the demo page needs, and a login for the admin panel. Adds only missing data, so it can run at
 * each start.
 */
async function seed(strapi) {
  await grantToPublic(strapi, PUBLIC_ACTIONS);
  await createSampleRestaurants(strapi);
  if (process.env.PLAYGROUND_ADMIN !== 'false') {
    await createAdministrator(strapi);
  }
}

module.exports = { seed };
