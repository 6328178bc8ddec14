'use strict';

// This file runs inside a test server that several test files share. It records the server's state after the start, and
// restores that state between the test files: rows of all tables, files of the project, configuration, functions that
// tests replace in services, listeners, and globals.

const fs = require('node:fs');
const path = require('node:path');
const { cloneDeep } = require('lodash');
const { watchFunctions, watchGlobals } = require('../process-state');

/** Longest wait for the end of work that a test has started, in ms. */
const PATIENCE = 15_000;

/** Names of all tables of a schema, and `sqlite_sequence`, SQLite's internal table of the last ids. */
const tablesOf = (database, schema) =>
  database
    .prepare(
      `SELECT name FROM ${schema}.sqlite_master WHERE type = 'table'
       AND (name = 'sqlite_sequence' OR name NOT LIKE 'sqlite_%')`
    )
    .pluck()
    .all();

/** Runs `work` with SQLite's only connection, so that no other query runs meanwhile. */
async function withConnection(strapi, work) {
  const { client } = strapi.db.connection;
  const database = await client.acquireConnection();
  try {
    return work(database);
  } finally {
    await client.releaseConnection(database);
  }
}

function restoreTables(database) {
  const kept = new Set(tablesOf(database, 'kept'));
  for (const table of tablesOf(database, 'main')) {
    database.exec(
      kept.has(table)
        ? `DELETE FROM main."${table}"; INSERT INTO main."${table}" SELECT * FROM kept."${table}"`
        : `DROP TABLE main."${table}"`
    );
  }
}

async function watchDatabase(strapi, file) {
  await withConnection(strapi, (database) => database.prepare('VACUUM INTO ?').run(file));
  return () =>
    withConnection(strapi, (database) => {
      database.prepare('ATTACH ? AS kept').run(file);
      database.pragma('foreign_keys = OFF');
      try {
        database.transaction(restoreTables)(database);
      } finally {
        database.pragma('foreign_keys = ON');
        database.exec('DETACH kept');
      }
    });
}

/**
 * Names of the folders and files below a folder. The value of a file is a text that differs after the file has changed.
 */
function list(dir, below = '', found = { folders: new Set(), files: new Map() }) {
  for (const entry of fs.readdirSync(path.join(dir, below), { withFileTypes: true })) {
    const name = path.join(below, entry.name);
    if (entry.isDirectory() && name !== '.tmp') {
      found.folders.add(name);
      list(dir, name, found);
    } else if (entry.isFile()) {
      const { size, mtimeMs } = fs.statSync(path.join(dir, name));
      found.files.set(name, `${size} ${mtimeMs}`);
    } else if (entry.isSymbolicLink()) {
      found.files.set(name, fs.readlinkSync(path.join(dir, name)));
    } else if (!entry.isDirectory()) {
      // Named pipes and sockets have no content to compare.
      found.files.set(name, 'special');
    }
  }
  return found;
}

/** Whether a name is in a staging folder. Staging folders are not removed, because the process keeps their names. */
const isStaging = (name) => name.split(path.sep).some((part) => part.startsWith('.staging'));

function watchFiles(dir) {
  const before = list(dir);
  return () => {
    const now = list(dir);
    for (const name of now.files.keys()) {
      if (!before.files.has(name) && path.basename(name) !== '.alive') {
        fs.rmSync(path.join(dir, name), { force: true });
      }
    }
    for (const name of [...now.folders].reverse()) {
      if (!before.folders.has(name) && !isStaging(name)) {
        fs.rmSync(path.join(dir, name), { recursive: true, force: true });
      }
    }
    for (const [name, state] of before.files) {
      if (now.files.get(name) !== state && !isStaging(name)) {
        throw new Error(`A test has changed ${name}, which it must not in a shared server.`);
      }
    }
  };
}

function watchConfiguration(strapi) {
  const names = [
    ...Object.keys(strapi.config).filter((name) => typeof strapi.config[name] !== 'function'),
    ...Object.keys(strapi.plugins).map((name) => `plugin::${name}`),
  ].filter((name) => strapi.config.has([name]));
  const before = names.map((name) => [name, cloneDeep(strapi.config.get([name]))]);
  return () => {
    for (const [name, value] of before) {
      strapi.config.set([name], cloneDeep(value));
    }
  };
}

/** The plugin's objects, and the objects in their properties, to a depth of four. */
function objectsIn(parts, depth = 4, found = new Set()) {
  for (const value of Object.values(parts)) {
    const isOurs = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
    if (isOurs && !found.has(value) && depth > 0) {
      found.add(value);
      objectsIn(value, depth - 1, found);
    }
  }
  return found;
}

/**
 * Watches a method that adds something and returns a function to remove it. Returns a function that undoes the
 * additions.
 */
function watchAdditions(object, method) {
  const added = [];
  const add = object[method];
  object[method] = function (...args) {
    const remove = add.apply(this, args);
    let isThere = true;
    const removeOnce = () => {
      if (isThere) {
        isThere = false;
        remove();
      }
    };
    added.push(removeOnce);
    return removeOnce;
  };
  return () => added.splice(0).forEach((remove) => remove());
}

/**
 * Returns a function that restores the listeners of an event emitter, such as knex, which emits an event for each
 * query.
 */
function watchListeners(emitter) {
  const listenersOf = () =>
    emitter.eventNames().flatMap((name) => emitter.rawListeners(name).map((one) => [name, one]));
  const before = new Set(listenersOf().map(([, listener]) => listener));
  return () => {
    for (const [name, listener] of listenersOf()) {
      if (!before.has(listener)) {
        emitter.removeListener(name, listener);
      }
    }
  };
}

async function waitUntilIdle(strapi) {
  const { httpServer } = strapi.server;
  const { workload } = strapi.get('strapi-upload.container').journal;
  const end = Date.now() + PATIENCE;
  for (;;) {
    httpServer.closeIdleConnections();
    const connections = await new Promise((resolve, reject) =>
      httpServer.getConnections((error, count) => (error ? reject(error) : resolve(count)))
    );
    if (connections === 0 && workload.running.size === 0) {
      return;
    }
    if (Date.now() > end) {
      throw new Error(`${connections} connections, ${workload.running.size} uploads did not end.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * Records the state of a server.
 *
 * @returns function that restores the state; if it throws, the server cannot be used any more
 */
async function watch(strapi) {
  const { dirs } = strapi;
  await waitUntilIdle(strapi);
  const upload = strapi.plugin('upload');
  const ours = objectsIn(strapi.get('strapi-upload.container'));
  const functions = [strapi, upload.provider, ...Object.values(upload.services), ...ours];
  const restores = [
    watchAdditions(strapi.eventHub, 'on'),
    watchAdditions(strapi.eventHub, 'subscribe'),
    watchAdditions(strapi.db.lifecycles, 'subscribe'),
    watchAdditions(strapi.documents, 'use'),
    watchListeners(strapi.db.connection),
    watchConfiguration(strapi),
    watchGlobals(),
    ...functions.map(watchFunctions),
    await watchDatabase(strapi, path.join(dirs.app.root, '.tmp/kept.db')),
    watchFiles(dirs.app.root),
  ];
  return async () => {
    await waitUntilIdle(strapi);
    for (const restore of restores) {
      await restore();
    }
  };
}

module.exports = { watch };
