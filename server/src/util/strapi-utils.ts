import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Utils from '@strapi/utils';
import { packageFolder } from './packages';

/**
 * `@strapi/utils` in the version of the project's Strapi. Strapi recognises errors by their class: it would answer 500
 * to errors of a second copy. This package cannot depend on a version that it does not know. Where packages see only
 * their own dependencies (pnpm), it could not find the package at all. So all code of the server imports the package
 * from here.
 */
const utils = load();

export const {
  AbstractRouteValidator,
  contentTypes,
  createContentApiRoutesFactory,
  errors,
  pagination,
  sanitize,
  strings,
  validateYupSchema,
  yup,
  z,
} = utils;

/** Returns the folders in which to look for the project's Strapi. The last folder is for commands without a project. */
function places(): string[] {
  const running = globalThis.strapi?.dirs.app.root;
  const here = path.dirname(fileURLToPath(import.meta.url));
  return [...(running ? [running] : []), process.cwd(), here];
}

function load(): typeof Utils {
  for (const place of places()) {
    const strapi = packageFolder('@strapi/strapi', place);
    if (strapi) {
      return createRequire(path.join(strapi, 'package.json'))('@strapi/utils');
    }
  }
  throw new Error('strapi-upload: @strapi/strapi is not installed. Install it in your project.');
}
