import type { CliEnd } from './cli';
import { environmentOf, environmentOfProcess } from './environment';
import type { Project } from './project';
import { ServerProcess } from './server-process';
import { warmProcesses } from './shared';

/**
 * Runs commands of `strapi-upload` one after the other, beside a project's server, in a process that has loaded Strapi's code
 * before. Each command loads and destroys the project. Tests that need a new process for a command use `runCli`.
 *
 * @param project returns the project of the next command; it may differ from call to call
 * @param variables environment variables, such as those of the project's database
 */
export function cliHost(
  project: () => Project,
  variables: () => Record<string, string> = () => ({})
): (...args: string[]) => Promise<CliEnd> {
  /** The process for the commands of this file, in suites without warm processes. */
  let own: ServerProcess | undefined;
  afterAll(() => own?.end());

  return async (...args) => {
    const { dir } = project();
    const env = { ...environmentOf(project()), ...variables() };
    const warm = warmProcesses();
    const runner = warm?.take() ?? (own ??= ServerProcess.fork(environmentOfProcess()));
    try {
      return await runner.command(dir, env, args);
    } finally {
      await warm?.giveBack(runner);
    }
  };
}
