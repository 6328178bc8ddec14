import { createProject, type Project, type ProjectOptions } from './project';
import { startServer, type Server } from './server';
import type { DatabaseKind } from './databases';

/** A project with its own database. Any number of instances can serve it. */
export interface Site {
  project: Project;
  /** Environment variables with which other processes use the same database. */
  env: Record<string, string>;
  /** Starts one more instance of the project. */
  start(): Promise<Server>;
  /** Stops all instances, and removes the project and its database. */
  remove(): Promise<void>;
}

export async function createSite(kind: DatabaseKind, options?: ProjectOptions): Promise<Site> {
  const project = await createProject(options);
  const database = await kind.create().catch(async (error) => {
    await project.remove();
    throw error;
  });
  const servers: Server[] = [];
  return {
    project,
    env: database.env,
    async start() {
      const server = await startServer({ project, env: database.env });
      servers.push(server);
      return server;
    },
    async remove() {
      await Promise.all(servers.map((server) => server.stop()));
      await project.remove();
      await database.drop();
    },
  };
}
