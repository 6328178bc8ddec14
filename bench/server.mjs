import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createProject } from './project.mjs';

const HERE = import.meta.dirname;

/** Starts one of the servers under comparison in a fresh process; the caller stops it. */
export async function start({ raw, floor, builtin, config, front, env = {} }) {
  if (raw || floor) {
    const home = path.join(HERE, '../.tmp/bench');
    await mkdir(home, { recursive: true });
    const folder = await mkdtemp(path.join(home, 'raw-'));
    const remove = () => rm(folder, { recursive: true });
    return floor
      ? run('static-server.cjs', [folder], {}, remove, folder)
      : run('raw-server.cjs', [folder, raw], {}, remove, folder);
  }
  const project = await createProject({ builtin, config, front });
  const settings = { HOST: '127.0.0.1', PORT: '0', SERVE_ADMIN: 'false', TMPDIR: project.dir };
  return run(
    'strapi-server.cjs',
    [project.dir],
    { ...settings, ...env },
    project.remove,
    path.join(project.dir, 'public/uploads')
  );
}

async function run(script, args, env, remove, uploads) {
  const child = fork(path.join(HERE, script), args, {
    cwd: args[0],
    stdio: ['ignore', process.env.BENCH_VERBOSE ? 'inherit' : 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '', ...env },
  });
  const [{ port }] = await once(child, 'message');
  const proc = (file) => readFile(`/proc/${child.pid}/${file}`, 'utf8');
  return {
    url: `http://127.0.0.1:${port}`,
    /** Folder of the stored files. */
    uploads,
    /** Peak memory in bytes. */
    peak: async () => Number(/VmHWM:\s+(\d+)/.exec(await proc('status'))[1]) * 1024,
    /** Memory now, in bytes. */
    resident: async () => Number(/VmRSS:\s+(\d+)/.exec(await proc('status'))[1]) * 1024,
    /** Peaks count from here on. */
    resetPeak: () => writeFile(`/proc/${child.pid}/clear_refs`, '5'),
    /** Bytes given to the disk's file system so far. */
    written: async () => Number(/^write_bytes: (\d+)/m.exec(await proc('io'))[1]),
    async stop() {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
      await remove();
    },
  };
}
