import type { Core } from '@strapi/strapi';

/**
 * A part of the plugin in Strapi's container. The part's room declares it, `wiring` puts it into the container, and
 * other code gets it from there.
 */
export interface Part<T> {
  /**
   * Returns the part.
   *
   * @throws Error before the plugin is registered
   */
  of(strapi: Core.Strapi): T;
  /** Whether the plugin is registered. */
  isIn(strapi: Core.Strapi): boolean;
  put(strapi: Core.Strapi, value: T): void;
}

/**
 * Declares a part.
 *
 * @param name in Strapi's container, after the name of the package
 */
export function part<T>(name: string): Part<T> {
  const key = `strapi-upload.${name}`;
  return {
    of: (strapi) => strapi.get(key) as T,
    isIn: (strapi) => strapi.has(key),
    // Strapi's container calls a function to get its result, and a part may itself be a function.
    put: (strapi, value) => void strapi.add(key, () => value),
  };
}
