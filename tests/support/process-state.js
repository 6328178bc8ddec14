'use strict';

// Records the state of a process, and restores it: what a Strapi project, or the test of one, may have changed outside of
// the project's own objects.

/**
 * Records the functions that are an object's own properties. Tests replace them.
 *
 * @returns function that restores them
 */
function watchFunctions(object) {
  const functionsOf = () =>
    Object.entries(Object.getOwnPropertyDescriptors(object)).filter(
      ([, { value }]) => typeof value === 'function'
    );
  const before = new Map(functionsOf());
  return () => {
    for (const [name, { value }] of functionsOf()) {
      if (!before.has(name)) {
        delete object[name];
      } else if (before.get(name).value !== value) {
        Object.defineProperty(object, name, before.get(name));
      }
    }
    for (const [name, descriptor] of before) {
      if (!Object.hasOwn(object, name)) {
        Object.defineProperty(object, name, descriptor);
      }
    }
  };
}

/** Records the names of global variables. Those of packages have symbols as names and stay. */
function watchGlobals() {
  const before = new Set(Object.keys(globalThis));
  return () => {
    for (const name of Object.keys(globalThis)) {
      if (!before.has(name)) {
        delete globalThis[name];
      }
    }
  };
}

/** Modules and objects whose functions tests replace, so that they fail, wait or are counted. */
const REPLACED = [
  ...['fs', 'fs/promises', 'os', 'path', 'crypto', 'http', 'https', 'net', 'dns', 'dns/promises'],
  ...['stream', 'stream/promises', 'timers', 'timers/promises', 'child_process', 'worker_threads'],
].map((name) => require(`node:${name}`));

function watchEnvironment() {
  const before = { ...process.env };
  return () => {
    for (const name of Object.keys(process.env)) {
      if (!(name in before)) {
        delete process.env[name];
      }
    }
    Object.assign(process.env, before);
  };
}

/**
 * Forgets the requests that Strapi has counted. Strapi allows five logins in five minutes, and its counts stay in the memory
 * of the process.
 */
const forgetRequests = () => require('koa2-ratelimit/src/MemoryStore.js').cleanAll();

/**
 * Records the environment variables, the global variables, and the functions of Node.js.
 *
 * @returns function that restores them
 */
function watchProcess() {
  const restores = [
    watchEnvironment(),
    watchGlobals(),
    ...[...REPLACED, process, console, Date, Math, performance].map(watchFunctions),
  ];
  return () => {
    restores.forEach((restore) => restore());
    forgetRequests();
  };
}

module.exports = { watchFunctions, watchGlobals, watchProcess };
