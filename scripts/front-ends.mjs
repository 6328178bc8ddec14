/**
 * Tests the examples of docs/front-end.md in whole projects: installs the packed package in a project of each named
 * front end, builds it, and looks in Chromium which candidates of an image the browser loads.
 *
 *     node scripts/front-ends.mjs html next nuxt
 *
 * Prints one line per check and ends with `N passed, N failed`. The exit code is 1 if any check failed. Packs the files
 * in dist, so run `npm run build` before. KEEP=1 keeps the projects on the disk.
 */

import { existsSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { passed } from './support/checks.mjs';
import { launchBrowser } from './support/front-ends/browser.mjs';
import { checksOf } from './support/front-ends/checks-of-site.mjs';
import { pack } from './support/front-ends/project.mjs';
import { startStrapi } from './support/front-ends/strapi.mjs';
import { atExit } from './support/processes.mjs';

const moduleOf = (name) => path.join(import.meta.dirname, 'front-ends', `${name}.mjs`);

const names = process.argv.slice(2);
const unknown = names.filter((name) => !existsSync(moduleOf(name)));
if (names.length === 0 || unknown.length > 0) {
  console.error(`Name front ends of scripts/front-ends. Unknown: ${unknown.join(', ') || 'none'}.`);
  process.exit(1);
}

// Outside of the repository: a project in it would find the packages and the lockfile of the repository.
const home = await mkdtemp(path.join(os.tmpdir(), 'strapi-upload-front-ends-'));
atExit(() => {
  if (process.env.KEEP === '1') {
    console.log(`# the projects are left in ${home}`);
  } else {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
});

const strapi = await startStrapi(home);
const browser = await launchBrowser();
const world = { home, tarball: await pack(home), browser, strapi };
let count = 0;
let total = 0;
for (const name of names) {
  const { default: project } = await import(moduleOf(name));
  const { checks, stop } = checksOf(name, project({ strapi: strapi.url }), world);
  total += checks.length;
  // If one front end fails, the others are still tested.
  count += await passed(checks);
  await stop();
}
await browser.close();
await strapi.stop();
console.log(`${count} passed, ${total - count} failed`);
process.exitCode = count === total ? 0 : 1;
