import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { createProject } from '../project';
import { startServer } from '../server';
import { templateKey } from './key';
import { TEMPLATE_VARIABLE, templateIn } from './template';

const HOME = path.resolve(__dirname, '../../../.tmp/templates');

/**
 * jest's `globalSetup` for suites that start servers. Starts one server, and keeps its database and the code of its
 * modules for the servers of the tests. Reuses the template of an earlier run if its key is the same.
 */
export default async function prepareTemplate(): Promise<void> {
  const key = templateKey();
  const dir = path.join(HOME, key);
  if (!existsSync(dir)) {
    await mkdir(HOME, { recursive: true });
    await make(dir);
    await removeOthers(key);
  }
  process.env[TEMPLATE_VARIABLE] = dir;
}

async function make(dir: string): Promise<void> {
  delete process.env[TEMPLATE_VARIABLE];
  const made = await mkdtemp(`${dir}-`);
  const { database, codeCache } = templateIn(made);
  const project = await createProject();
  try {
    const server = await startServer({
      project,
      env: { TEST_CODE_CACHE: codeCache, TEST_CODE_CACHE_WRITES: 'true' },
    });
    try {
      // This request makes Node.js compile the functions that answer it, so that the cache holds their code too.
      await fetch(`${server.url}/api/upload/files`);
      await server.inside(() =>
        (globalThis as unknown as { writeCodeCache(): void }).writeCodeCache()
      );
    } finally {
      await server.stop();
    }
    await copyFile(path.join(project.dir, '.tmp/data.db'), database);
    // Another run of jest may have created the folder first.
    await rename(made, dir).catch(() => rm(made, { recursive: true }));
  } finally {
    await project.remove();
  }
}

/** Removes the templates of earlier sources. */
async function removeOthers(key: string): Promise<void> {
  for (const name of await readdir(HOME)) {
    if (!name.startsWith(key)) {
      await rm(path.join(HOME, name), { recursive: true, force: true });
    }
  }
}
