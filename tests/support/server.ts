import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import type { Core } from '@strapi/strapi';
import { environmentOf } from './environment';
import { createProject, type Project, type ProjectOptions } from './project';

/** Longest time for a server's start, in ms. */
const PATIENCE = 150_000;

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
   * Whether {@link startServer} waits until the first recovery, which begins at the start, has ended. Default: true.
   */
  recovered?: boolean;
}

/** Thrown when a server does not start. The message holds the server's output. */
export class StartFailed extends Error {}

/** Starts a server on a free port. The caller of this function stops the server. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const { env } = options;
  const project = options.project ?? (await createProject(options));
  const child = fork(path.join(__dirname, 'strapi-process.js'), [project.dir], {
    cwd: project.dir,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    env: {
      ...environmentOf(project),
      HOST: '127.0.0.1',
      PORT: '0',
      ...env,
    },
  });
  // Wait for this event from the start, because a server may end by itself before `kill` is called.
  const closed = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  }

  const stop = async () => {
    await end(child);
    if (!options.project) {
      await project.remove();
    }
  };
  try {
    const port = await listening(child, () => output);
    const inside = createCaller(child);
    if (options.recovered ?? true) {
      await inside(firstRecovery);
    }
    return {
      url: `http://127.0.0.1:${port}`,
      project,
      pid: child.pid!,
      output: () => output,
      inside,
      uploaded: () => list(project.uploads),
      stop,
      unref: () => unref(child),
      async kill() {
        child.kill('SIGKILL');
        await closed;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for the plugin's background work after a start. The built-in has no such work. */
const firstRecovery = async (strapi: Core.Strapi): Promise<void> => {
  if (strapi.has('strapi-upload.container')) {
    const { caretaker } = strapi.get('strapi-upload.container').background as {
      caretaker: { idle(): Promise<void> };
    };
    await caretaker.idle();
  }
};

function listening(child: ChildProcess, output: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new StartFailed(`no start: ${output()}`)), PATIENCE);
    child.on('message', (message: { listening?: number }) => {
      if (message.listening) {
        clearTimeout(timer);
        resolve(message.listening);
      }
    });
    child.once('close', () => {
      clearTimeout(timer);
      reject(new StartFailed(output()));
    });
  });
}

function createCaller(child: ChildProcess): Server['inside'] {
  let calls = 0;
  return (work, ...args) =>
    new Promise((resolve, reject) => {
      const id = ++calls;
      const onMessage = (message: { id?: number; value?: unknown; error?: string }) => {
        if (message.id !== id) {
          return;
        }
        child.off('message', onMessage);
        if (message.error) {
          reject(new Error(message.error));
        } else {
          resolve(message.value as never);
        }
      };
      child.on('message', onMessage);
      child.send({ id, source: work.toString(), args });
    });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const closed = new Promise((resolve) => child.once('close', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  child.kill('SIGTERM');
  await closed;
  clearTimeout(timer);
}

function unref(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  for (const stream of [child.stdout, child.stderr]) {
    (stream as Socket | null)?.unref();
  }
}

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
