// Runs the first command of the README on a free port: `npm run playground`. Waits until the demo page exists, and then
// runs the curl line that the playground prints. Ends with `N passed, N failed`.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const PATIENCE = 8 * 60_000;
const UPLOADS = path.join(import.meta.dirname, '../playground/public/uploads');

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/** Starts the command in its own process group, so that all of its processes can be ended. */
function startPlayground(port, folder) {
  const child = spawn('npm', ['run', 'playground'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: String(port), DATABASE_FILENAME: path.join(folder, 'data.db') },
  });
  child.stdout.setEncoding('utf8');
  return child;
}

/** Waits for the curl line that the playground prints for another terminal. Keeps reading the output after that. */
function printedCurlLine(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (text) => {
      process.stdout.write(text);
      output += text;
      const line = /^echo .* \| curl .*$/m.exec(output)?.[0];
      if (line && output.includes('Strapi started successfully')) {
        resolve(line);
      }
    });
    child.once('close', () => reject(new Error('it ended before it printed its curl line')));
  });
}

async function main() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'playground-'));
  const before = new Set(await readdir(UPLOADS));
  const port = await freePort();
  const child = startPlayground(port, folder);
  const timer = setTimeout(() => child.kill(), PATIENCE);
  let passed = 0;
  let failed = 0;
  const check = (name, good) => {
    console.log(`${good ? 'ok' : 'not ok'} - ${name}`);
    passed += good ? 1 : 0;
    failed += good ? 0 : 1;
  };
  try {
    const line = await printedCurlLine(child);
    check('npm run playground prints a curl line', true);
    const page = await fetch(`http://127.0.0.1:${port}/demo.html`);
    check('the demo page is there', page.ok && (await page.text()).includes('upload-form'));
    const { stdout } = await promisify(execFile)('sh', ['-c', line], { timeout: 30_000 });
    check('the curl line uploads a file', JSON.parse(stdout)[0]?.name === 'hello.txt');
    const admin = await fetch(`http://127.0.0.1:${port}/admin`);
    check('the admin panel is there', admin.ok);
  } catch (error) {
    check(`the playground works: ${error.message}`, false);
  } finally {
    clearTimeout(timer);
    process.kill(-child.pid, 'SIGTERM');
    await Promise.race([once(child, 'close'), new Promise((r) => setTimeout(r, 15_000).unref())]);
    await rm(folder, { recursive: true, force: true });
    for (const name of await readdir(UPLOADS)) {
      if (!before.has(name)) {
        await rm(path.join(UPLOADS, name), { recursive: true });
      }
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

await main();
