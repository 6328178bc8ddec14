import type { Core } from '@strapi/strapi';

/** A part of the plugin in Strapi's container: its room declares it, `wiring` puts it there, and who needs it takes it. */
export interface Part<T> {
  /** @throws Error before the plugin is registered */
  of(strapi: Core.Strapi): T;
  /** Whether the plugin is registered. */
  isIn(strapi: Core.Strapi): boolean;
  put(strapi: Core.Strapi, value: T): void;
}

/** @param name in Strapi's container, behind the name of the package */
export function part<T>(name: string): Part<T> {
  const key = `strapi-upload.${name}`;
  return {
    of: (strapi) => strapi.get(key) as T,
    isIn: (strapi) => strapi.has(key),
    // Strapi's container calls a function to get what it makes: a part may be a function itself.
    put: (strapi, value) => void strapi.add(key, () => value),
  };
}
