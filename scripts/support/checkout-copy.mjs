/** Makes a copy of this checkout in which single packages can be replaced. */

import { copyFile, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { run } from './processes.mjs';

const MINUTE = 60_000;

/** Entries of the checkout that are not copied, or that are copied in another way. */
const LEFT_OUT = ['.git', '.tmp', 'node_modules'];

const DRIVER = 'node_modules/better-sqlite3';

/** Copies the checkout. The packages become hard links, so that 100,000 files take only seconds and no space. */
export async function copyCheckout(root, target) {
  await mkdir(target, { recursive: true });
  const copy = (options, names) =>
    run('cp', [options, ...names.map((name) => path.join(root, name)), target], {
      patience: 2 * MINUTE,
    });
  const entries = await readdir(root);
  await copy('-al', ['node_modules']);
  await copy(
    '-a',
    entries.filter((name) => !LEFT_OUT.includes(name))
  );
}

/**
 * Build settings of the database driver. They link SQLite's own code as `npm install` has compiled it, since that code
 * does not depend on the version of Node.js.
 */
const BINDING = {
  targets: [
    {
      target_name: 'better_sqlite3',
      sources: ['src/better_sqlite3.cpp'],
      include_dirs: ['.'],
      cflags_cc: ['-std=c++20'],
      ldflags: ['-Wl,-Bsymbolic', '-Wl,--exclude-libs,ALL'],
      libraries: ['<(module_root_dir)/sqlite3.a'],
    },
  ],
};

/**
 * Compiles the database driver of the copy for another version of Node.js.
 *
 * @param root the checkout; its own driver stays unchanged
 * @param node folder of the other version of Node.js, with `bin` and `include`
 */
export async function compileDriver(root, copy, node) {
  const target = path.join(copy, DRIVER);
  // Remove the files first: they are hard links to the files of the checkout, so a change in place would change both.
  await rm(target, { recursive: true });
  await cp(path.join(root, DRIVER), target, { recursive: true });
  const built = path.join(target, 'build/Release');
  if (existsSync(path.join(built, 'sqlite3.a'))) {
    await copyFile(path.join(built, 'sqlite3.a'), path.join(target, 'sqlite3.a'));
    await copyFile(path.join(built, 'obj/gen/sqlite3/sqlite3.h'), path.join(target, 'sqlite3.h'));
    await writeFile(path.join(target, 'binding.gyp'), JSON.stringify(BINDING));
  }
  await run('npm', ['run', 'build-release'], {
    cwd: target,
    env: { ...environmentOf(node), npm_config_nodedir: node },
    patience: 5 * MINUTE,
  });
}

/** Returns environment variables with which commands use another version of Node.js. */
export const environmentOf = (node) => ({
  PATH: `${path.join(node, 'bin')}${path.delimiter}${process.env.PATH}`,
});
