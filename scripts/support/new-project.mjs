/** Writes a new Strapi project for the scripts that test the package in one. */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const RESTAURANT = 'src/api/restaurant';
export const UID = 'api::restaurant.restaurant';

const ACTIONS = [
  'plugin::upload.content-api.upload',
  'plugin::upload.content-api.find',
  `${UID}.create`,
  `${UID}.find`,
  `${UID}.findOne`,
  `${UID}.update`,
  'plugin::media.controller.uploadMedia',
];

/** Body of `bootstrap`: at every start, gives callers without a token the permissions in `ACTIONS`. */
const BOOTSTRAP = `
    const permissions = strapi.db.query('plugin::users-permissions.permission');
    const role = await strapi.db
      .query('plugin::users-permissions.role')
      .findOne({ where: { type: 'public' } });
    for (const action of ${JSON.stringify(ACTIONS)}) {
      const where = { action, role: role.id };
      if (!(await permissions.findOne({ where }))) await permissions.create({ data: where });
    }`;

/** The server's settings. The secrets are used only in this project. */
const SERVER = `{ host: '127.0.0.1', port: env.int('PORT', 1337),
  app: { keys: ['packed-1', 'packed-2'] }, logger: { updates: { enabled: false } } }`;

/** The ending and the content of a project's files, by language. */
const LANGUAGES = {
  javascript: {
    ending: 'js',
    exported: (value) => `module.exports = ${JSON.stringify(value, null, 2)};\n`,
    /** Returns a file of the restaurant's API that calls a core factory of Strapi. */
    core: (factory) =>
      `module.exports = require('@strapi/strapi').factories.${factory}('${UID}');\n`,
    server: `module.exports = ({ env }) => (${SERVER});\n`,
    index: `module.exports = {\n  async bootstrap({ strapi }) {${BOOTSTRAP}\n  },\n};\n`,
  },
  typescript: {
    ending: 'ts',
    exported: (value) => `export default ${JSON.stringify(value, null, 2)};\n`,
    core: (factory) =>
      `import { factories } from '@strapi/strapi';\n\nexport default factories.${factory}('${UID}');\n`,
    server: `import type { Core } from '@strapi/strapi';

export default ({ env }: Core.Config.Shared.ConfigParams): Core.Config.Server => (${SERVER});\n`,
    index: `import type { Core } from '@strapi/strapi';

export default {\n  async bootstrap({ strapi }: { strapi: Core.Strapi }) {${BOOTSTRAP}\n  },\n};\n`,
  },
};

/** The compiler's options in a new project. */
const TSCONFIG = {
  compilerOptions: {
    module: 'CommonJS',
    moduleResolution: 'Node',
    lib: ['ES2020'],
    target: 'ES2019',
    strict: true,
    skipLibCheck: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    noEmitOnError: true,
    incremental: true,
    outDir: 'dist',
    rootDir: '.',
  },
  include: ['./', './**/*.ts', './**/*.js', 'src/**/*.json'],
  exclude: ['node_modules/', 'build/', 'dist/', '.cache/', '.tmp/', '.strapi/', 'src/admin/'],
};

/** Returns the files of a small project with the layout of `create-strapi`. */
function projectFiles(
  project,
  { dependencies, adminPanel, strapi = '5.54.0', language = 'javascript' }
) {
  const { ending, exported, core, server, index } = LANGUAGES[language];
  return {
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
      ...(language === 'typescript' && {
        devDependencies: { typescript: '^5.0.0', '@types/node': '^20.0.0' },
      }),
      strapi: { telemetryDisabled: true },
    }),
    ...(language === 'typescript' && { 'tsconfig.json': json(TSCONFIG) }),
    [`config/admin.${ending}`]: exported({
      auth: { secret: 'packed-admin' },
      apiToken: { salt: 'packed-api-token' },
      transfer: { token: { salt: 'packed-transfer-token' } },
      secrets: { encryptionKey: 'packed-encryption' },
      serveAdminPanel: adminPanel,
    }),
    [`config/database.${ending}`]: exported({
      connection: {
        client: 'sqlite',
        connection: { filename: path.join(project, '.tmp/data.db') },
        useNullAsDefault: true,
      },
    }),
    [`config/middlewares.${ending}`]: exported(
      // This is the order of middlewares in a new Strapi project.
      ['logger', 'errors', 'security', 'cors', 'poweredBy', 'query', 'body', 'session']
        .concat('favicon', 'public')
        .map((name) => `strapi::${name}`)
    ),
    [`config/plugins.${ending}`]: exported({
      'users-permissions': { config: { jwtSecret: 'packed-jwt' } },
    }),
    [`config/server.${ending}`]: server,
    'public/robots.txt': '',
    [`src/index.${ending}`]: index,
    [`${RESTAURANT}/content-types/restaurant/schema.json`]: json({
      kind: 'collectionType',
      collectionName: 'restaurants',
      info: { singularName: 'restaurant', pluralName: 'restaurants', displayName: 'Restaurant' },
      options: { draftAndPublish: false },
      attributes: { name: { type: 'string' }, cover: { type: 'media', allowedTypes: ['images'] } },
    }),
    [`${RESTAURANT}/controllers/restaurant.${ending}`]: core('createCoreController'),
    [`${RESTAURANT}/routes/restaurant.${ending}`]: core('createCoreRouter'),
    [`${RESTAURANT}/services/restaurant.${ending}`]: core('createCoreService'),
  };
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * Writes a new project without installing it.
 *
 * @param project folder of the project
 * @param dependencies the database driver and the package under test
 * @param adminPanel whether the project serves the admin panel, which must then be built
 * @param strapi version of Strapi
 * @param language `javascript` (default) or `typescript`
 * @param files additional files, by path
 */
export async function writeProject(project, { files, ...options }) {
  for (const [name, content] of Object.entries({ ...projectFiles(project, options), ...files })) {
    const file = path.join(project, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
