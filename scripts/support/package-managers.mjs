/** Package managers other than npm. They are installed from npm. */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './processes.mjs';

export const MANAGERS = [
  {
    name: 'pnpm',
    title: 'pnpm install, each package with its own dependencies only,',
    version: '10',
    command: 'pnpm/bin/pnpm.cjs',
    install: ['install', '--prefer-offline', '--no-frozen-lockfile', '--reporter=append-only'],
    // Without `hoist: false`, packages could also import packages that they do not depend on.
    files: { 'pnpm-workspace.yaml': 'hoist: false\nonlyBuiltDependencies: [better-sqlite3]\n' },
  },
  {
    name: 'yarn',
    title: 'yarn install, in a TypeScript project,',
    language: 'typescript',
    version: '1',
    command: 'yarn/bin/yarn.js',
    install: [
      'install',
      '--prefer-offline',
      '--non-interactive',
      '--no-progress',
      '--ignore-engines',
    ],
    files: {},
  },
];

/** Installs a package manager below a folder; returns the path of its command. */
export async function installed({ name, version, command }, home) {
  const folder = path.join(home, 'managers', name);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }');
  await run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--loglevel=error', `${name}@${version}`],
    {
      cwd: folder,
      patience: 120_000,
    }
  );
  return path.join(folder, 'node_modules', command);
}
