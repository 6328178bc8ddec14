/**
 * Marks functions of this plugin, so that they are recognised in any object into which a project's extension copies
 * them.
 */
const OWN = Symbol('of strapi-upload');

/** Marks the functions of a service as this plugin's own. */
export function asOwn<T extends object>(service: T): T {
  for (const work of Object.values(service)) {
    Object.assign(work, { [OWN]: true });
  }
  return service;
}

/** Whether a function of a service is this plugin's own, not a project's replacement. */
export const isOwn = (work: object): boolean => OWN in work;
