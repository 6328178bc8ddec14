import { createRequire } from 'node:module';
import path from 'node:path';
import type { Core } from '@strapi/strapi';

/** Log level of a command, which logs only warnings and errors. Other messages are for a server. */
const LOG_LEVEL = 'warn';

/**
 * Loads the Strapi project in a folder as Strapi's own commands do. Compiles the project first if it is written
 * in TypeScript. Does not start the HTTP server. The caller must destroy the result.
 *
 * @throws Error with a message for the user if the folder has no project
 */
export async function loadProject(cwd: string): Promise<Core.Strapi> {
  const { compileStrapi, createStrapi } = strapiOf(cwd);
  const app = createStrapi(await compileStrapi({ appDir: cwd }));
  app.log.level = LOG_LEVEL;
  try {
    return await app.load();
  } catch (error) {
    // Open resources, such as the database connection, would keep the process running, so they are closed.
    await app.destroy().catch(() => {});
    throw error;
  }
}

function strapiOf(cwd: string): typeof import('@strapi/strapi') {
  const load = createRequire(path.join(cwd, 'package.json'));
  try {
    return load('@strapi/strapi');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') {
      throw error;
    }
    throw new Error(
      'this folder is not a Strapi 5 project: @strapi/strapi is not installed. Run the command in its root folder.'
    );
  }
}
