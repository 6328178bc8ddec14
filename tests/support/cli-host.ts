import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { CliEnd } from './cli';
import { environmentOf } from './environment';
import type { Project } from './project';

/** Functions that end the promise of a call, which waits for the end of its command. */
interface Asker {
  resolve(end: CliEnd): void;
  reject(error: Error): void;
}

/**
 * Runs commands of `strapi-upload` one after the other in one process, beside a project's server. Each command loads
 * and destroys the project, but the process loads Strapi's code only once. Tests that need a separate process for a
 * command use `runCli`.
 *
 * @param project returns the project of the next command; it may differ from call to call
 * @param variables environment variables, such as those of the project's database
 */
export function cliHost(
  project: () => Project,
  variables: () => Record<string, string> = () => ({})
): (...args: string[]) => Promise<CliEnd> {
  const askers = new Map<number, Asker>();
  let host: ChildProcess | undefined;
  let count = 0;
  afterAll(() => void host?.kill('SIGKILL'));

  function start(): ChildProcess {
    const child = spawn(process.execPath, [path.join(__dirname, 'cli-host-process.js')], {
      cwd: project().dir,
      env: environmentOf(project()),
      stdio: ['pipe', 'inherit', 'inherit', 'pipe'],
    });
    createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
      const { id, ...end } = JSON.parse(line) as CliEnd & { id: number };
      askers.get(id)?.resolve(end);
    });
    child.once('exit', () => {
      for (const { reject } of askers.values()) {
        reject(new Error('The process for commands has ended.'));
      }
    });
    return child;
  }

  return (...args) => {
    host ??= start();
    const id = (count += 1);
    const { dir: cwd, temp } = project();
    const env = { TMPDIR: temp, SQLITE_TMPDIR: cwd, ...variables() };
    return new Promise<CliEnd>((resolve, reject) => {
      askers.set(id, { resolve, reject });
      host!.stdin!.write(`${JSON.stringify({ id, cwd, env, args })}\n`);
    }).finally(() => askers.delete(id));
  };
}
