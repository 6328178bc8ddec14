import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { startDirectus } from './directus.mjs';
import { figuresOf } from './figures.mjs';
import { createProject } from './project.mjs';

const HERE = import.meta.dirname;

/**
 * Starts one of the compared servers in a fresh process. The caller of this function stops the server.
 *
 * @param options.database result of `createDatabase`; default: SQLite
 */
export async function start(options) {
  const { directus, raw, floor, builtin, config, front, plugins, database, env = {} } = options;
  if (directus) {
    return startDirectus();
  }
  if (raw || floor) {
    const home = path.join(HERE, '../.tmp/bench');
    await mkdir(home, { recursive: true });
    const folder = await mkdtemp(path.join(home, 'raw-'));
    const remove = () => rm(folder, { recursive: true });
    return floor
      ? run('static-server.cjs', [folder], {}, remove, folder)
      : run('raw-server.cjs', [folder, raw], {}, remove, folder);
  }
  const project = await createProject({ builtin, config, front, plugins });
  const settings = { HOST: '127.0.0.1', PORT: '0', SERVE_ADMIN: 'false', TMPDIR: project.dir };
  const server = await run(
    'strapi-server.cjs',
    [project.dir],
    { ...settings, ...database?.env, ...env },
    project.remove,
    path.join(project.dir, 'public/uploads')
  );
  return { ...server, database: database?.connection };
}

async function run(script, args, env, remove, uploads) {
  const child = fork(path.join(HERE, script), args, {
    cwd: args[0],
    stdio: ['ignore', process.env.BENCH_VERBOSE ? 'inherit' : 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '', ...env },
  });
  const [{ port }] = await once(child, 'message');
  return {
    url: `http://127.0.0.1:${port}`,
    /** Folder of the server's project. */
    dir: args[0],
    /** Folder of the stored files. */
    uploads,
    ...figuresOf(child.pid),
    async stop() {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
      await remove();
    },
  };
}
