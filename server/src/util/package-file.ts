import { createRequire } from 'node:module';

/**
 * Absolute path of a file of this package, such as the code of a thread, wherever this code was built to.
 *
 * @param name as `package.json` exports it, such as `strapi-upload/picture-thread`
 */
export const packageFile = (name: string): string => createRequire(import.meta.url).resolve(name);
