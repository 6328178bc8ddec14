import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { copyPlayground } from '../tests/support/compiled-playground.js';

const ROOT = path.join(import.meta.dirname, '..');
const LIMIT = 4_000_000_000;

/**
 * Adds a route to the project that does the minimal work of an upload: it checks the permission, writes one file and
 * creates one row.
 */
const FLOOR = {
  'src/api/floor/routes/floor.js': `module.exports = {
    routes: [{ method: 'POST', path: '/floor', handler: 'floor.store', config: { auth: {
      scope: ['plugin::upload.content-api.upload'] } } }],
  };`,
  'src/api/floor/controllers/floor.js': `
    const fs = require('node:fs');
    const { randomUUID } = require('node:crypto');
    const { pipeline } = require('node:stream/promises');
    module.exports = ({ strapi }) => ({
      async store(ctx) {
        const hash = randomUUID();
        const target = strapi.dirs.static.public + '/uploads/' + hash;
        await pipeline(ctx.req, fs.createWriteStream(target));
        const data = { name: 'a', hash, ext: '.bin', mime: 'application/octet-stream', size: 1,
          url: '/uploads/' + hash, provider: 'local', folderPath: '/' };
        ctx.body = await strapi.db.transaction(() =>
          strapi.db.query('plugin::upload.file').create({ data }));
        ctx.status = 201;
      },
    });`,
};

/** A global middleware of the project that reads forms. */
const IN_FRONT = `module.exports = () => (ctx, next) => {
  const files = Object.values(ctx.request.files ?? {}).flat();
  return files.some(({ size }) => size > 1e9) ? ctx.forbidden() : next();
};`;

const files = (config, front) => ({
  ...FLOOR,
  'src/middlewares/in-front.js': IN_FRONT,
  'config/plugins.js': `module.exports = () => (${JSON.stringify({
    upload: { config: { sizeLimit: LIMIT, ...config } },
    'users-permissions': { config: { jwtSecret: 'bench-only' } },
  })});`,
  'config/middlewares.js': `module.exports = [
    'strapi::errors', 'strapi::security', 'strapi::cors', 'strapi::poweredBy', 'strapi::query',
    { name: 'strapi::body', config: { formidable: { maxFileSize: ${LIMIT} } } },
    'strapi::session', 'strapi::favicon', 'strapi::public', ${front ? "'global::in-front'" : ''}
  ];`,
});

/** Adds plugins to a project's package.json, because Strapi loads the plugins that package.json names. */
async function installPlugins(dir, plugins) {
  const file = path.join(dir, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  plugins.forEach((name) => (manifest.dependencies[name] = '*'));
  await writeFile(file, JSON.stringify(manifest));
}

/**
 * Makes a Strapi project for one run.
 *
 * @param builtin whether the project uses the built-in upload plugin
 * @param config the upload plugin's configuration
 * @param front whether the project has a global middleware that reads forms
 * @param plugins names of packages with additional plugins
 */
export async function createProject({ builtin = false, config = {}, front = false, plugins = [] }) {
  const home = path.join(ROOT, '.tmp', 'bench');
  await mkdir(home, { recursive: true });
  const dir = await mkdtemp(path.join(home, 'project-'));
  await copyPlayground(dir);
  await symlink(path.join(ROOT, 'node_modules'), path.join(dir, 'node_modules'), 'dir');
  if (builtin) {
    await rm(path.join(dir, 'src/extensions/upload'), { recursive: true });
  }
  for (const [name, content] of Object.entries(files(config, front))) {
    await mkdir(path.dirname(path.join(dir, name)), { recursive: true });
    await writeFile(path.join(dir, name), content);
  }
  await installPlugins(dir, plugins);
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
