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
 * @param options.project a project that an earlier server of this function has kept; default: a new one
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
    const own = { remove, uploads: folder };
    return floor
      ? run('static-server.cjs', [folder], own)
      : run('raw-server.cjs', [folder, raw], own);
  }
  const project = options.project ?? (await createProject({ builtin, config, front, plugins }));
  const settings = { HOST: '127.0.0.1', PORT: '0', SERVE_ADMIN: 'false', TMPDIR: project.dir };
  const server = await run('strapi-server.cjs', [project.dir], {
    env: { ...settings, ...database?.env, ...env },
    remove: project.remove,
    uploads: path.join(project.dir, 'public/uploads'),
  });
  return { ...server, project, database: database?.connection };
}

/**
 * Starts a script of this folder in a process of its own, and waits for its first message, which has its port if it is
 * a server.
 *
 * @param args arguments of the script. The first is the folder in which it runs
 * @param options.remove removes what belongs to the script, when it has stopped
 * @param options.uploads folder of the stored files
 */
export async function run(script, args, { env = {}, remove = () => {}, uploads } = {}) {
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
    /** Sends a message to a script that answers each message. Only one call at a time. Returns the answer. */
    async ask(message) {
      const answer = once(child, 'message');
      child.send(message);
      return (await answer)[0];
    },
    /** Stops the process. `keep`: what belongs to it stays, for a server with the same project. */
    async stop({ keep = false } = {}) {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
      if (!keep) {
        await remove();
      }
    },
  };
}
