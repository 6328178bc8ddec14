import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Core } from '@strapi/strapi';
import { environmentOf } from './environment';
import { createProject, type Project, type ProjectOptions } from './project';
import { ServerProcess } from './server-process';
import { warmProcesses } from './shared';

export { StartFailed } from './server-process';

/** A running Strapi server with the built plugin, in a separate process and project. */
export interface Server {
  /** Address of the server, such as `http://127.0.0.1:41234`. */
  url: string;
  project: Project;
  pid: number;
  /** What the server has written to its terminal so far. */
  output(): string;
  /**
   * Runs a function inside the server. The function must not use variables from outside of it. Its arguments and its
   * result are sent as JSON.
   */
  inside<T, A extends unknown[]>(
    work: (strapi: Core.Strapi, ...args: A) => T | Promise<T>,
    ...args: A
  ): Promise<T>;
  /** Sorted names in the uploads folder. Names of staged files include their folder. */
  uploaded(): Promise<string[]>;
  stop(): Promise<void>;
  /** Lets the process that started this server end although the server still runs. */
  unref(): void;
  /** Ends the process at once with SIGKILL, so that the server cannot finish any work. */
  kill(): Promise<void>;
}

export interface ServerOptions extends ProjectOptions {
  /** An existing project for the server. It is not removed when the server stops. */
  project?: Project;
  env?: Record<string, string>;
  /**
   * Whether the server gets a process that has run no other project. Otherwise it may get one that jest's environment keeps,
   * in which a start takes a seventh of the processor time. A test needs this if it measures the process, sends signals to
   * it, expects that the start fails, changes what `process-state.js` does not restore, such as settings of sharp, or expects
   * a warning that Node.js prints once in a process. Default: false.
   */
  ownProcess?: boolean;
  /**
   * Whether {@link startServer} waits until the first recovery, which begins at the start, has ended. Default: true.
   */
  recovered?: boolean;
}

/** Starts a server on a free port. The caller of this function stops the server. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const project = options.project ?? (await createProject(options));
  const env = { ...environmentOf(project), HOST: '127.0.0.1', PORT: '0', ...options.env };
  const warm = options.ownProcess ? undefined : warmProcesses();
  const runner = warm ? warm.take() : ServerProcess.fork(env, project.dir);
  const from = runner.output().length;

  const stop = async () => {
    await (warm ? warm.giveBack(runner) : runner.end());
    if (!options.project) {
      await project.remove();
    }
  };
  try {
    const port = await (warm
      ? runner.run(project.dir, env, extendedPlugins(options))
      : runner.listening());
    const inside = ((work, ...args) => runner.call(work.toString(), args)) as Server['inside'];
    if (options.recovered ?? true) {
      await inside(firstRecovery);
    }
    return {
      url: `http://127.0.0.1:${port}`,
      project: { ...project, temp: runner.temp ?? project.temp },
      pid: runner.pid,
      output: () => runner.output().slice(from),
      inside,
      uploaded: () => list(project.uploads),
      stop,
      unref: () => runner.unref(),
      kill: () => runner.kill(),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Names of the plugins that the files of a project extend. */
const extendedPlugins = ({ files }: ServerOptions): string[] =>
  Object.keys(files ?? {}).flatMap((name) => /^src\/extensions\/([^/]+)/.exec(name)?.[1] ?? []);

/** Waits for the plugin's background work after a start. The built-in has no such work. */
const firstRecovery = async (strapi: Core.Strapi): Promise<void> => {
  if (strapi.has('strapi-upload.container')) {
    const { caretaker } = strapi.get('strapi-upload.container').background as {
      caretaker: { idle(): Promise<void> };
    };
    await caretaker.idle();
  }
};

/** Names of all files below a folder. A running server may remove some folders while this function reads them. */
async function list(folder: string): Promise<string[]> {
  const names: string[] = [];
  const walk = async (below: string): Promise<void> => {
    const entries = await readdir(below, { withFileTypes: true }).catch((error) => {
      if (error.code === 'ENOENT' && below !== folder) {
        return [];
      }
      throw error;
    });
    for (const entry of entries) {
      const target = path.join(below, entry.name);
      if (entry.isDirectory()) {
        await walk(target);
      } else if (entry.isFile() && entry.name !== '.gitkeep') {
        names.push(path.relative(folder, target));
      }
    }
  };
  await walk(folder);
  return names.sort();
}
