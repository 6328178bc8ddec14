import type { Server } from '../server';
import type { WarmProcesses } from './warm-processes';

/**
 * Returns the server that test files without their own configuration share. Each file gets it in the state of a first
 * start. A test may send requests and change configuration, rows, files and services: these changes are undone before
 * the next file. A test that stops or kills a server, or measures the memory of a process, needs a server of its own
 * from `startServer`.
 *
 * @param config settings that the plugin reads for each request; settings that it reads at the start
 *   (provider, keys of private files, recovery, early serving) need a separate server
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

/** The processes that jest's environment keeps for the test files of its worker; undefined in suites without it. */
export function warmProcesses(): WarmProcesses | undefined {
  return (globalThis as unknown as { warmProcesses?: WarmProcesses }).warmProcesses;
}
