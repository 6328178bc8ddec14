import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { environmentOf } from '../support/environment';
import type { Project } from '../support/project';

const STRAPI = path.resolve(__dirname, '../../node_modules/@strapi/strapi/bin/strapi.js');

/** Timeout of a command, in ms. */
const PATIENCE = 90_000;

/**
 * Runs Strapi's command line tool in a project, as a developer does.
 *
 * @returns the tool's output
 * @throws the error of `execFile`, with the output, if the tool fails
 */
export async function runStrapi(project: Project, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [STRAPI, ...args], {
    cwd: project.dir,
    timeout: PATIENCE,
    env: {
      ...environmentOf(project),
      SERVE_ADMIN: 'false',
      STRAPI_TELEMETRY_DISABLED: 'true',
    },
  });
  return stdout + stderr;
}
