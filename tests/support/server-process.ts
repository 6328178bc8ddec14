import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import type { CliEnd } from './cli';

/** Temporary folders lie beside the projects of tests. */
const HOME = path.resolve(__dirname, '../../.tmp/tests');

/** Longest time for a server's start, in ms. */
const PATIENCE = 150_000;

/** Longest duration of a command, in ms. */
const PATIENCE_WITH_COMMANDS = 120_000;

/** Longest time for a server's end, in ms. */
const PATIENCE_AT_THE_END = 30_000;

/** Thrown when a server does not start. The message contains the server's output. */
export class StartFailed extends Error {}

interface Message {
  listening?: number;
  stopped?: boolean;
  ended?: CliEnd;
  id?: number;
  value?: unknown;
  error?: string;
}

/** A process that runs Strapi projects: see `strapi-process.js`. */
export class ServerProcess {
  /** Settles when the process has ended. The constructor creates it, because a process may end by itself at any time. */
  readonly #closed: Promise<unknown>;
  #output = '';
  #calls = 0;

  private constructor(
    private readonly child: ChildProcess,
    /** The folder for temporary files of all projects that the process runs; undefined if it runs one project only. */
    readonly temp: string | undefined
  ) {
    this.#closed = once(child, 'close').then(async () => {
      if (temp) {
        await rm(temp, { recursive: true, force: true });
      }
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
  }

  /**
   * Starts a process.
   *
   * @param env of the project in `dir`. Without `dir` it must belong to no project, because all projects get it.
   * @param dir of the project that it runs; without one it waits for {@link run}
   */
  static fork(env: NodeJS.ProcessEnv, dir?: string): ServerProcess {
    // Some packages read the folder for temporary files only once, when they are loaded. So it stays the same.
    const temp = dir ? undefined : mkdtempSync(path.join(HOME, 'temp-'));
    const child = fork(path.join(__dirname, 'strapi-process.js'), dir ? [dir] : [], {
      cwd: dir,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
      env: temp ? { ...env, TMPDIR: temp } : env,
    });
    return new ServerProcess(child, temp);
  }

  get pid(): number {
    return this.child.pid!;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** What the process has written to its terminal so far. */
  output(): string {
    return this.#output;
  }

  /** Waits for the project of {@link fork}. Returns its port. @throws StartFailed */
  async listening(): Promise<number> {
    const { listening } = await this.answer(({ listening }) => listening !== undefined, PATIENCE);
    return listening!;
  }

  /**
   * Runs a project, in a process that runs none. Returns the port.
   *
   * @param extended names of the plugins whose objects the project changes
   * @throws StartFailed
   */
  run(dir: string, env: NodeJS.ProcessEnv, extended: string[]): Promise<number> {
    const port = this.listening();
    this.child.send({ start: { dir, env: { ...env, TMPDIR: this.temp }, extended } });
    return port;
  }

  /** Stops the project; afterwards the process can run another one. @throws StartFailed where the project does not end */
  async stop(): Promise<void> {
    const stopped = this.answer(({ stopped }) => stopped === true, PATIENCE_AT_THE_END);
    this.child.send({ stop: {} });
    await stopped;
    await this.emptyTemp();
  }

  /** Runs a command of `strapi-upload` in a project's folder, in a process that runs no project. */
  async command(dir: string, env: NodeJS.ProcessEnv, args: string[]): Promise<CliEnd> {
    const answer = this.answer(({ ended }) => ended !== undefined, PATIENCE_WITH_COMMANDS);
    this.child.send({ command: { dir, env, args } });
    const { ended } = await answer;
    return ended!;
  }

  /** Calls a function inside the process, with `strapi`. It must use no outer variables. */
  async call(source: string, args: unknown[]): Promise<unknown> {
    const id = (this.#calls += 1);
    return new Promise((resolve, reject) => {
      const onMessage = (message: Message) => {
        if (message.id !== id) {
          return;
        }
        this.child.off('message', onMessage);
        if (message.error) {
          reject(new Error(message.error));
        } else {
          resolve(message.value);
        }
      };
      this.child.on('message', onMessage);
      this.child.send({ id, source, args });
    });
  }

  /** Ends the process with SIGTERM, or with SIGKILL where that takes too long. */
  async end(): Promise<void> {
    if (this.hasEnded) {
      return;
    }
    const timer = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE_AT_THE_END);
    this.child.kill('SIGTERM');
    await this.#closed;
    clearTimeout(timer);
  }

  /** Ends the process at once with SIGKILL, so that the server cannot finish any work. */
  async kill(): Promise<void> {
    this.keepsWaiting(true);
    this.child.kill('SIGKILL');
    await this.#closed;
  }

  private async emptyTemp(): Promise<void> {
    for (const name of this.temp ? await readdir(this.temp) : []) {
      await rm(path.join(this.temp!, name), { recursive: true, force: true });
    }
  }

  /** Lets the process that started this one end while this one still runs. */
  unref(): void {
    this.child.channel?.unref();
    this.keepsWaiting(false);
  }

  /** Whether the process that started this one waits for the end of this one before it ends itself. */
  private keepsWaiting(waits: boolean): void {
    const streams = [this.child.stdout, this.child.stderr] as (Socket | null)[];
    for (const handle of [this.child, ...streams]) {
      (waits ? handle?.ref : handle?.unref)?.call(handle);
    }
  }

  private answer(isIt: (message: Message) => boolean, patience: number): Promise<Message> {
    const begun = this.#output.length;
    const failed = () => new StartFailed(this.#output.slice(begun) || 'no output');
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.child.off('message', onMessage);
        this.child.off('close', onClose);
      };
      const onMessage = (message: Message) => {
        if (isIt(message)) {
          done();
          resolve(message);
        }
      };
      const onClose = () => {
        done();
        reject(failed());
      };
      const timer = setTimeout(() => {
        done();
        reject(failed());
      }, patience);
      this.child.on('message', onMessage);
      this.child.once('close', onClose);
    });
  }
}
