import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startPictureServer } from '../support/picture-server';
import * as samples from '../support/samples';

/** A preload script. It records each thread in which it runs, and whether the thread gets the variable NOTES. */
const PRELOAD = `
const { isMainThread } = require('node:worker_threads');
require('node:fs').appendFileSync(process.env.NOTES ?? '/dev/null', isMainThread ? 'main\\n' : 'thread\\n');
`;

it('threads that read what strangers sent get neither preloads nor the environment', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'threads-'));
  const preload = path.join(folder, 'preload.cjs');
  const notes = path.join(folder, 'notes');
  await writeFile(preload, PRELOAD);
  const site = await startPictureServer({
    ownProcess: true,
    env: { NODE_OPTIONS: `--require ${preload}`, NOTES: notes },
  });
  try {
    await site.upload('a.png', await samples.png());
    await site.upload('a.svg', samples.svg());
    expect(await readFile(notes, 'utf8')).toBe('main\n');
  } finally {
    await site.server.stop();
    await rm(folder, { recursive: true });
  }
});
