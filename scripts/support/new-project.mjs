/** Writes a new Strapi project for the scripts that test the package in one. */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const RESTAURANT = 'src/api/restaurant';
export const UID = 'api::restaurant.restaurant';

/** A file of the restaurant's API with a core factory. */
const core = (factory) =>
  `module.exports = require('@strapi/strapi').factories.${factory}('${UID}');\n`;

/** At every start, gives callers without a token these permissions. */
const BOOTSTRAP = `
const ACTIONS = [
  'plugin::upload.content-api.upload',
  'plugin::upload.content-api.find',
  '${UID}.create',
  '${UID}.findOne',
  '${UID}.update',
  'plugin::media.controller.uploadMedia',
];

module.exports = {
  async bootstrap({ strapi }) {
    const permissions = strapi.db.query('plugin::users-permissions.permission');
    const role = await strapi.db
      .query('plugin::users-permissions.role')
      .findOne({ where: { type: 'public' } });
    for (const action of ACTIONS) {
      const where = { action, role: role.id };
      if (!(await permissions.findOne({ where }))) await permissions.create({ data: where });
    }
  },
};
`;

/** A small JavaScript project with the layout of `create-strapi`. The secrets are only for this project. */
const projectFiles = (project, { dependencies, adminPanel, strapi = '5.54.0' }) => ({
  'package.json': json({
    name: 'packed-project',
    version: '0.0.0',
    private: true,
    dependencies: {
      '@strapi/plugin-users-permissions': strapi,
      '@strapi/strapi': strapi,
      react: '^18.0.0',
      'react-dom': '^18.0.0',
      'react-router-dom': '^6.0.0',
      'styled-components': '^6.0.0',
      ...dependencies,
    },
    strapi: { telemetryDisabled: true },
  }),
  'config/admin.js': exported({
    auth: { secret: 'packed-admin' },
    apiToken: { salt: 'packed-api-token' },
    transfer: { token: { salt: 'packed-transfer-token' } },
    secrets: { encryptionKey: 'packed-encryption' },
    serveAdminPanel: adminPanel,
  }),
  'config/database.js': exported({
    connection: {
      client: 'sqlite',
      connection: { filename: path.join(project, '.tmp/data.db') },
      useNullAsDefault: true,
    },
  }),
  'config/middlewares.js': exported(
    // The order of middlewares in a new Strapi project.
    ['logger', 'errors', 'security', 'cors', 'poweredBy', 'query', 'body', 'session']
      .concat('favicon', 'public')
      .map((name) => `strapi::${name}`)
  ),
  'config/plugins.js': exported({ 'users-permissions': { config: { jwtSecret: 'packed-jwt' } } }),
  'config/server.js':
    "module.exports = ({ env }) => ({ host: '127.0.0.1', port: env.int('PORT', 1337), " +
    "app: { keys: ['packed-1', 'packed-2'] }, logger: { updates: { enabled: false } } });\n",
  'public/robots.txt': '',
  'src/index.js': BOOTSTRAP,
  [`${RESTAURANT}/content-types/restaurant/schema.json`]: json({
    kind: 'collectionType',
    collectionName: 'restaurants',
    info: { singularName: 'restaurant', pluralName: 'restaurants', displayName: 'Restaurant' },
    options: { draftAndPublish: false },
    attributes: { name: { type: 'string' }, cover: { type: 'media', allowedTypes: ['images'] } },
  }),
  [`${RESTAURANT}/controllers/restaurant.js`]: core('createCoreController'),
  [`${RESTAURANT}/routes/restaurant.js`]: core('createCoreRouter'),
  [`${RESTAURANT}/services/restaurant.js`]: core('createCoreService'),
});

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function exported(value) {
  return `module.exports = ${JSON.stringify(value, null, 2)};\n`;
}

/**
 * Writes a new project without installing it.
 *
 * @param project folder of the project
 * @param dependencies the database driver and the package under test
 * @param adminPanel whether the project serves the admin panel, which must then be built
 * @param strapi version of Strapi
 * @param files additional files, by path
 */
export async function writeProject(project, { files, ...options }) {
  for (const [name, content] of Object.entries({ ...projectFiles(project, options), ...files })) {
    const file = path.join(project, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
