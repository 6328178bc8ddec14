import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const PLAYGROUND = path.resolve(__dirname, '../../playground');

/**
 * Builds the playground's admin panel for production, once for all browser tests. `REUSE_ADMIN_PANEL=true` uses the
 * existing build, which saves time while one writes tests.
 */
export async function buildAdminPanel(): Promise<void> {
  if (process.env.REUSE_ADMIN_PANEL === 'true' && existsSync(path.join(PLAYGROUND, 'dist/build'))) {
    return;
  }
  await promisify(execFile)('npm', ['run', 'build'], {
    cwd: PLAYGROUND,
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
  });
}
