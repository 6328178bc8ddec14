import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { figuresOf } from './figures.mjs';

const VERSION = '11.16.1';

/** npm package that contains Node.js. Directus needs Node.js 22, which may not be the version that runs this script. */
const NODE = `node-${process.platform}-${process.arch}`;

/** Folder in which Directus is installed. It is kept for later runs. */
const HOME = path.join(import.meta.dirname, '../.tmp/bench', `directus-${VERSION}`);
const BIN = path.join(HOME, 'node_modules', NODE, 'bin');
const CLI = path.join(HOME, 'node_modules/directus/cli.js');

/** Native packages that Directus needs. They are compiled here, because their binaries do not come from npm. */
const COMPILED = ['sqlite3', 'isolated-vm'];

const TOKEN = 'bench-token';
const MINUTE = 60_000;
const PATIENCE = 10 * MINUTE;

const run = promisify(execFile);
const withNode = (env = {}) => ({
  ...process.env,
  NODE_OPTIONS: '',
  ...env,
  PATH: `${BIN}${path.delimiter}${process.env.PATH}`,
});

/**
 * Installs Directus from npm outside of this project's packages, because it is not a dependency.
 *
 * @throws the error of npm or of the compiler
 */
async function install() {
  const done = path.join(HOME, 'installed');
  if (existsSync(done)) {
    return;
  }
  await mkdir(HOME, { recursive: true });
  await writeFile(path.join(HOME, 'package.json'), '{ "private": true }');
  const options = ['--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...options, `directus@${VERSION}`, `${NODE}@22`], {
    cwd: HOME,
    timeout: PATIENCE,
  });
  for (const name of COMPILED) {
    await run('npx', ['node-gyp', 'rebuild'], {
      cwd: path.join(HOME, 'node_modules', name),
      env: withNode({ npm_config_nodedir: path.dirname(BIN) }),
      timeout: PATIENCE,
      maxBuffer: 2 ** 26,
    });
  }
  await writeFile(done, '');
}

/**
 * Starts Directus with SQLite and the local disk, in a new folder. The caller of this function stops Directus.
 *
 * @returns the same as `start` of server.mjs, and how to upload files to Directus
 * @throws if Directus cannot be installed or does not start
 */
export async function startDirectus() {
  await install();
  const dir = await mkdtemp(path.join(path.dirname(HOME), 'directus-run-'));
  const port = await freePort();
  const env = withNode({
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    SECRET: 'bench-only-bench-only-bench-only',
    ADMIN_EMAIL: 'bench@example.com',
    ADMIN_PASSWORD: 'bench-only-1',
    ADMIN_TOKEN: TOKEN,
    DB_CLIENT: 'sqlite3',
    DB_FILENAME: path.join(dir, 'data.db'),
    STORAGE_LOCATIONS: 'local',
    STORAGE_LOCAL_ROOT: path.join(dir, 'uploads'),
    EXTENSIONS_PATH: path.join(dir, 'extensions'),
    TELEMETRY: 'false',
    LOG_LEVEL: 'error',
  });
  await run('node', [CLI, 'bootstrap'], { cwd: dir, env, timeout: MINUTE });
  const child = spawn('node', [CLI, 'start'], { cwd: dir, env, stdio: 'ignore' });
  const stop = async () => {
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
    await rm(dir, { recursive: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await answers(`${url}/server/ping`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    dir,
    ...figuresOf(child.pid),
    request: { path: '/files', headers: { authorization: `Bearer ${TOKEN}` }, status: 200 },
    stop,
  };
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(url) {
  const over = performance.now() + MINUTE;
  while (performance.now() < over) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false
      )
    ) {
      return;
    }
    await setTimeout(200);
  }
  throw new Error(`${url} did not answer`);
}
