import path from 'node:path';
import type { Project } from './project';
import { currentTemplate } from './template/template';

/**
 * A larger space for young objects than 16 MB: a start makes many that live for long, and each collection copies
 * those.
 */
const YOUNG = '--max-semi-space-size=32';

const PRELOAD = `--require ${JSON.stringify(path.join(__dirname, 'template/code-cache.js'))}`;

/** The environment in which a project's processes run: a server, or a command beside it. */
export const environmentOf = (project: Project): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_OPTIONS: `${YOUNG} ${PRELOAD}`,
  TEST_CODE_CACHE: currentTemplate()?.codeCache,
  NODE_ENV: 'production',
  SERVE_ADMIN: String(project.adminPanel),
  PLAYGROUND_SEED: 'false',
  PLAYGROUND_ADMIN: 'false',
  TMPDIR: project.temp,
  // A kill between SQLite's opening of a file for itself and its unlinking leaves that file: not among ours.
  SQLITE_TMPDIR: project.dir,
  // Packages of a test's own lie in the project's folder `modules`.
  NODE_PATH: path.join(project.dir, 'modules'),
});
