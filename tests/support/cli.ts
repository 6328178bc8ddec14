import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { environmentOf } from './environment';
import type { Project } from './project';

/** The file that npm links as the command. */
export const BIN = path.join(__dirname, '../../bin/strapi-upload.js');

/** Result of a command that has ended. */
export interface CliEnd {
  /** Exit code; null if a signal ended the command. */
  code: number | null;
  out: string;
  err: string;
}

/** A command that runs. */
export interface RunningCli {
  child: ChildProcess;
  /** What the command has written to its standard output so far. */
  out(): string;
  ended: Promise<CliEnd>;
}

/** Longest duration of a command, in ms. */
const PATIENCE = 120_000;

/** Starts `strapi-upload ...args` in a project's folder, as a separate process. */
export function beginCli(
  project: Project,
  args: string[],
  env: Record<string, string> = {}
): RunningCli {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: project.dir,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
    env: { ...environmentOf(project), SERVE_ADMIN: 'false', ...env },
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<CliEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
  return { child, out: () => out, ended };
}

/** Starts a command and waits for its end. */
export const runCli = (
  project: Project,
  args: string[],
  env?: Record<string, string>
): Promise<CliEnd> => beginCli(project, args, env).ended;
