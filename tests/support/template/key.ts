import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');

/** Files on which the template depends: the result of a first start, and the code of the loaded modules. */
const SOURCES = [
  'node_modules/.package-lock.json',
  'package.json',
  'dist/server/index.js',
  'dist/server/index.mjs',
  'playground/package.json',
  'playground/config',
  'playground/src',
  'tests/support/template',
  'tests/support/project.ts',
  'tests/support/server.ts',
  'tests/support/environment.ts',
  'tests/support/strapi-process.js',
];

async function filesIn(name: string): Promise<string[]> {
  const file = path.join(ROOT, name);
  const found = await stat(file).catch(() => null);
  if (!found) {
    return [];
  }
  if (!found.isDirectory()) {
    return [file];
  }
  const names = await readdir(file, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** A key that is different after a change of the template's sources or of the version of Node.js. */
export async function templateKey(): Promise<string> {
  const hash = createHash('sha256').update(`${process.version} ${process.arch} ${ROOT}`);
  for (const file of (await Promise.all(SOURCES.map(filesIn))).flat()) {
    hash.update(`\0${file}\0`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}
