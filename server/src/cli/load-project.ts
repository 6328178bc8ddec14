import { createRequire } from 'node:module';
import path from 'node:path';
import type { Core } from '@strapi/strapi';

/** Logs of a command are what a person must know; the rest is a server's. */
const LOG_LEVEL = 'warn';

/**
 * Loads the Strapi project of a folder as Strapi's own commands do, compiled anew where it is written
 * in TypeScript. Nothing is served. The caller destroys what it gets.
 *
 * @throws Error with a sentence where there is none
 */
export async function loadProject(cwd: string): Promise<Core.Strapi> {
  const { compileStrapi, createStrapi } = strapiOf(cwd);
  const app = createStrapi(await compileStrapi({ appDir: cwd }));
  app.log.level = LOG_LEVEL;
  try {
    return await app.load();
  } catch (error) {
    // What it has opened so far, such as the database, would keep the process alive for ever.
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
