/** Marks functions of this plugin, in whatever object a project's extension has put them. */
const OWN = Symbol('of strapi-upload');

/** Marks the functions of a service as this plugin's own. */
export function asOwn<T extends object>(service: T): T {
  for (const work of Object.values(service)) {
    Object.assign(work, { [OWN]: true });
  }
  return service;
}

/** Whether a function of a service is this plugin's, and not one that a project put in its place. */
export const isOwn = (work: object): boolean => OWN in work;
