import path from 'node:path';
import { hashOfFiles } from '../hash-of-files';

const ROOT = path.resolve(__dirname, '../../..');

/** Files on which the template depends: the result of a first start, and the code of the loaded modules. */
const SOURCES = [
  'node_modules/.package-lock.json',
  'package.json',
  'dist/server/index.js',
  'dist/server/index.mjs',
  'playground/package.json',
  'playground/tsconfig.json',
  'playground/config',
  'playground/src',
  'tests/support/template',
  'tests/support/compiled-playground.js',
  'tests/support/environment.ts',
  'tests/support/process-state.js',
  'tests/support/project.ts',
  'tests/support/server-process.ts',
  'tests/support/server.ts',
  'tests/support/strapi-process.js',
];

/** A key that is different after a change of the template's sources or of the version of Node.js. */
export const templateKey = (): string =>
  hashOfFiles(ROOT, SOURCES, `${process.version} ${process.arch} ${ROOT}`);
