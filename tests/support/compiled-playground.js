'use strict';

// The playground is written in TypeScript. Tests and benchmarks start copies of it as JavaScript, because these start
// faster.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { hashOfFiles } = require('./hash-of-files');

const ROOT = path.resolve(__dirname, '../..');
const PLAYGROUND = path.join(ROOT, 'playground');
const HOME = path.join(ROOT, '.tmp', 'playground');
const SOURCES = ['config', 'src', 'tsconfig.json', '../package-lock.json'];

/** @type {string | undefined} */
let known;

/**
 * Returns the folder with the playground's `config` and `src` as JavaScript. Compiles them with the playground's
 * `tsconfig.json`, or uses what an earlier call has compiled from the same sources.
 *
 * @returns {string} absolute path
 * @throws Error if `tsc` finds a fault in the playground
 */
function compiledPlayground() {
  known ??= path.join(HOME, hashOfFiles(PLAYGROUND, SOURCES));
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
  try {
    execFileSync(process.execPath, [tsc, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
    fs.renameSync(made, dir);
  } catch (error) {
    fs.rmSync(made, { recursive: true });
    // If the folder exists now, another process has compiled the same sources first.
    if (!fs.existsSync(dir)) {
      throw error;
    }
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

const UPLOADS = path.join(PLAYGROUND, 'public/uploads', path.sep);

/**
 * Copies the playground as a JavaScript project, without its uploads.
 *
 * @param {string} dir folder of the new project
 * @returns {Promise<void>}
 */
async function copyPlayground(dir) {
  const copy = (from, name) =>
    fs.promises.cp(path.join(from, name), path.join(dir, name), {
      recursive: true,
      filter: (source) => !source.startsWith(UPLOADS),
    });
  await Promise.all([
    ...['config', 'src'].map((name) => copy(compiledPlayground(), name)),
    ...['public', 'package.json', 'favicon.png'].map((name) => copy(PLAYGROUND, name)),
  ]);
}

module.exports = { copyPlayground, compiledPlayground, PLAYGROUND };
