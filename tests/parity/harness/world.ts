import { createRestaurant, type Restaurant } from '../../support/entries';
import { allowPublic, LINKING_ACTIONS, UPLOAD_ACTIONS } from '../../support/permissions';
import { startServer, type Server } from '../../support/server';
import { createCallers, type Credentials } from './callers';
import type { ParityCase } from './case';
import { fillLibrary } from './fill-library';
import type { Library } from './library';
import { FIRST_IDS } from './ids';

/** A server with the callers, entries and library that cases need. */
export interface World {
  server: Server;
  credentials: Credentials;
  restaurant: Restaurant;
  /** Actions that the public may do now. */
  publicMay?: readonly string[];
}

/** The actions that the public may do in a case without `publicMay`. */
const MAY = [...UPLOAD_ACTIONS, ...LINKING_ACTIONS];

/**
 * Routes of the project that read forms. Strapi's body parser has parsed the forms before. No caller may use the second
 * route.
 */
const OWN_ROUTES = {
  'src/api/own-form/routes/own-form.js': `module.exports = { routes: [
    { method: 'POST', path: '/own-form', handler: 'own-form.read', config: { auth: false } },
    { method: 'POST', path: '/closed-form', handler: 'own-form.read' },
  ] };`,
  'src/api/own-form/controllers/own-form.js': `const { readFile } = require('node:fs/promises');
  module.exports = {
    async read(ctx) {
      const fields = Object.entries(ctx.request.files ?? {});
      const files = fields.flatMap(([field, list]) => [list].flat().map((file) => [field, file]));
      ctx.body = {
        body: ctx.request.body,
        files: await Promise.all(files.map(async ([field, file]) => ({
          field, name: file.originalFilename, type: file.mimetype, size: file.size,
          text: await readFile(file.filepath, 'utf8'),
        }))),
      };
    },
  };`,
};

export interface WorldOptions {
  builtin: boolean;
  /** Additional files of the project. */
  files?: Record<string, string>;
}

/** Starts a server with the built-in or with this plugin, and fills it. */
export async function createWorld({ builtin, files }: WorldOptions): Promise<World> {
  const server = await startServer({ builtin, files: { ...OWN_ROUTES, ...files } });
  try {
    await numberFrom(server, FIRST_IDS);
    const credentials = await createCallers(server);
    const restaurant = await createRestaurant(server);
    await rememberSettings(server);
    return { server, credentials, restaurant };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Sets the first ids of a server's tables to numbers that do not appear elsewhere in answers. */
async function numberFrom(server: Server, first: Record<string, number>): Promise<void> {
  await server.inside(async (strapi, first) => {
    for (const [name, seq] of Object.entries(first)) {
      await strapi.db.connection('sqlite_sequence').where({ name }).update({ seq });
    }
  }, first);
}

/** Saves the configuration and the settings with which the server started. {@link prepare} restores them. */
async function rememberSettings(server: Server): Promise<void> {
  await server.inside(async (strapi) => {
    const store = await strapi.db
      .connection('strapi_core_store_settings')
      .whereIn('key', ['plugin_upload_settings', 'plugin_upload_view_configuration']);
    const config = structuredClone(strapi.config.get('plugin::upload'));
    Object.assign(globalThis, { parityStart: { store, config } });
  });
}

/**
 * Resets a server to the state in which a case starts. The Media Library is then empty, or holds the files of {@link
 * Library}.
 */
export async function prepare(world: World, parityCase: ParityCase): Promise<Library> {
  const { server, restaurant } = world;
  await reset(server, parityCase.config ?? {});
  const { publicMay = MAY } = parityCase;
  if (world.publicMay !== publicMay) {
    await allowPublic(server, publicMay);
    world.publicMay = publicMay;
  }
  const ids = parityCase.library ? await fillLibrary(server, restaurant.published) : {};
  const idOf = (key: string) => {
    const id = ids[key];
    if (id === undefined) {
      throw new Error(`The library has no ${key}.`);
    }
    return id;
  };
  const named = Object.entries({
    ...ids,
    'published restaurant': restaurant.published,
    'draft restaurant': restaurant.draft,
  });
  return {
    restaurant,
    names: new Map(named.map(([name, id]) => [id, name])),
    file: (name) => idOf(`file ${name}`),
    folder: (name) => idOf(`folder ${name}`),
  };
}

async function reset(server: Server, config: Record<string, unknown>): Promise<void> {
  await server.inside(
    async (strapi, config, temp) => {
      const fs = process.getBuiltinModule('node:fs');
      const path = process.getBuiltinModule('node:path');
      const { parityStart } = globalThis as unknown as {
        parityStart: { store: Array<{ key: string }>; config: Record<string, unknown> };
      };
      const table = (name: string) => strapi.db.connection(name);
      // Deleting a folder or file also deletes its links (foreign keys).
      for (const name of ['files_related_mph', 'files', 'upload_folders']) {
        await table(name).delete();
      }
      for (const name of ['upload_ledger', 'upload_variants']) {
        if (await strapi.db.connection.schema.hasTable(name)) {
          await table(name).delete();
        }
      }
      await table('strapi_core_store_settings').where('key', 'plugin_upload_api-folder').delete();
      for (const { key, ...entry } of parityStart.store) {
        await table('strapi_core_store_settings').where({ key }).update(entry);
      }
      strapi.config.set('plugin::upload', { ...structuredClone(parityStart.config), ...config });

      const uploads = path.join(strapi.dirs.static.public, 'uploads');
      fs.rmSync(path.join(uploads, '.derived'), { recursive: true, force: true });
      for (const folder of [uploads, temp]) {
        for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
          if (entry.isFile() && entry.name !== '.gitkeep') {
            fs.rmSync(path.join(folder, entry.name));
          }
        }
      }
    },
    config,
    server.project.temp
  );
}
