/** A new Strapi project, for the scripts that try the package in one. */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const RESTAURANT = 'src/api/restaurant';
export const UID = 'api::restaurant.restaurant';

/** A core factory's file of the restaurant's API. */
const core = (factory) =>
  `module.exports = require('@strapi/strapi').factories.${factory}('${UID}');\n`;

/** Lets callers without a token do these things, at every start. */
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

/** A small JavaScript project as `create-strapi` lays it out. Secrets are good for nothing else. */
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
    // The order of a new Strapi project.
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
 * Writes a new project, not installed yet.
 *
 * @param project its folder
 * @param dependencies the database driver and the package that is tried
 * @param adminPanel whether it serves the panel, which must be built then
 * @param strapi its version
 * @param files more files, by path
 */
export async function writeProject(project, { files, ...options }) {
  for (const [name, content] of Object.entries({ ...projectFiles(project, options), ...files })) {
    const file = path.join(project, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
