import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Utils from '@strapi/utils';
import { packageFolder } from './packages';

/**
 * `@strapi/utils` as the project's Strapi has it: Strapi knows errors by their class, so that those of a
 * second copy would be answered with 500. This package cannot depend on the one of a version that it
 * does not know, and where packages see nothing but their own dependencies (pnpm) it could not
 * find it. So all code of the server imports it from here.
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

/** Folders from which the project's Strapi is looked for; the last is for commands without a project. */
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
