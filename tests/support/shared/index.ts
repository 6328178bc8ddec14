import type { Server } from '../server';

/**
 * The server that test files without a configuration of their own share: in the state of a first start, whatever
 * the files before have done. It is for requests, and for changes of configuration, rows, files and services, which
 * are undone before the next file. Who ends or kills servers, or measures the memory of a process, starts one with
 * `startServer`.
 *
 * @param config settings of the plugin that are read for each request; those that are read at the start
 *   (provider, keys of private files, recovery, early serving) need a server of their own
 */
export async function sharedServer(config: Record<string, unknown> = {}): Promise<Server> {
  const { lendServer } = globalThis as unknown as { lendServer(): Promise<Server> };
  const server = await lendServer();
  await server.inside((strapi, config) => {
    for (const [name, value] of Object.entries(config)) {
      strapi.config.set(`plugin::upload.${name}`, value);
    }
  }, config);
  return server;
}
