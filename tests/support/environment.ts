import path from 'node:path';
import type { Project } from './project';
import { currentTemplate } from './template/template';

/**
 * Option of Node.js that gives young objects more space than the default of 16 MB. A start makes many objects that live
 * for long, and each garbage collection copies them.
 */
const YOUNG = '--max-semi-space-size=32';

const PRELOAD = `--require ${JSON.stringify(path.join(__dirname, 'template/code-cache.js'))}`;

/**
 * The environment in which a process begins that runs several projects. Nothing in it belongs to one project: after each
 * project, the process restores this environment.
 */
export const environmentOfProcess = (): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_OPTIONS: `${YOUNG} ${PRELOAD}`,
  TEST_CODE_CACHE: currentTemplate()?.codeCache,
  NODE_ENV: 'production',
});

/** The environment in which the processes of a project run: a server, or a command beside it. */
export const environmentOf = (project: Project): NodeJS.ProcessEnv => ({
  ...environmentOfProcess(),
  SERVE_ADMIN: String(project.adminPanel),
  PLAYGROUND_SEED: 'false',
  PLAYGROUND_ADMIN: 'false',
  TMPDIR: project.temp,
  // SQLite opens temporary files and then unlinks them. If the process is killed in between, the file stays. Such a
  // file must not lie in the folder for the plugin's temporary files.
  SQLITE_TMPDIR: project.dir,
  // Packages that a test makes lie in the project's folder `modules`.
  NODE_PATH: path.join(project.dir, 'modules'),
});
