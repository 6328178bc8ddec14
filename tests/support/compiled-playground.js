'use strict';

// The playground is written in TypeScript. Tests and benchmarks start copies of it as JavaScript, because these start
// faster.

const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '../..');
const PLAYGROUND = path.join(ROOT, 'playground');
const HOME = path.join(ROOT, '.tmp', 'playground');
const SOURCES = ['config', 'src', 'tsconfig.json', '../package-lock.json'];

/** @type {string | undefined} */
let known;

/** A key that is different after a change of the playground's sources or of the versions of packages. */
function keyOfSources() {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of filesIn(path.join(PLAYGROUND, source))) {
      hash.update(`\0${file}\0`).update(fs.readFileSync(file));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

function filesIn(target) {
  if (!fs.statSync(target).isDirectory()) {
    return [target];
  }
  return fs
    .readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/**
 * Returns the folder with the playground's `config` and `src` as JavaScript. Compiles them with the playground's
 * `tsconfig.json`, or uses what an earlier call has compiled from the same sources.
 *
 * @returns {string} absolute path
 * @throws Error if `tsc` finds a fault in the playground
 */
function compiledPlayground() {
  known ??= path.join(HOME, keyOfSources());
  if (!fs.existsSync(known)) {
    compileTo(known);
  }
  return known;
}

function compileTo(dir) {
  fs.mkdirSync(HOME, { recursive: true });
  const made = fs.mkdtempSync(`${dir}-`);
  const tsc = require.resolve('typescript/bin/tsc');
  const args = ['--project', PLAYGROUND, '--outDir', made, '--incremental', 'false'];
  execFileSync(process.execPath, [tsc, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  try {
    fs.renameSync(made, dir);
  } catch {
    // Another process has compiled the same sources first.
    fs.rmSync(made, { recursive: true });
  }
  removeOthers(path.basename(dir));
}

/** Removes the folders that were compiled from other sources. */
function removeOthers(key) {
  for (const name of fs.readdirSync(HOME)) {
    if (!name.startsWith(key)) {
      fs.rmSync(path.join(HOME, name), { recursive: true, force: true });
    }
  }
}

module.exports = { compiledPlayground, PLAYGROUND };
