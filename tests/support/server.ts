import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import type { Core } from '@strapi/strapi';
import { environmentOf } from './environment';
import { createProject, type Project, type ProjectOptions } from './project';

/** The longest a server may take to start or to end. */
const PATIENCE = 60_000;

/** A running Strapi server with the built plugin, in a process and a project of its own. */
export interface Server {
  /** Such as `http://127.0.0.1:41234`. */
  url: string;
  project: Project;
  pid: number;
  /** What the server wrote to its terminal so far. */
  output(): string;
  /** Runs a self-contained function inside the server; arguments and result are copied as JSON. */
  inside<T, A extends unknown[]>(
    work: (strapi: Core.Strapi, ...args: A) => T | Promise<T>,
    ...args: A
  ): Promise<T>;
  /** Names in the uploads folder, the staging folder's with their folder; sorted. */
  uploaded(): Promise<string[]>;
  stop(): Promise<void>;
  /** Lets the process that started it end before it does. */
  unref(): void;
  /** Ends the process at once, as a power cut or the kernel would. */
  kill(): Promise<void>;
}

export interface ServerOptions extends ProjectOptions {
  /** A project that was made before, to start again; it outlives the server. */
  project?: Project;
  env?: Record<string, string>;
  /** Whether it is waited for until recovery, which begins with the start, has done its first work; true without it. */
  recovered?: boolean;
}

/** Thrown when a server ends instead of starting; its output is in the message. */
export class StartFailed extends Error {}

/** Starts a server on a free port; the caller stops it. */
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
  // From the beginning on: a server may have ended by itself when it is to be killed.
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

/** Waits for what the plugin does in the background after a start; the built-in has nothing of it. */
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
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
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

/** Names below a folder, also while a running server clears some of them away. */
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
