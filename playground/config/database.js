'use strict';

const path = require('path');

const PROJECT_ROOT = path.join(__dirname, '..');

/** One SQLite file. A relative path starts at the project's folder. */
const sqlite = (env) => ({
  connection: {
    filename: path.resolve(PROJECT_ROOT, env('DATABASE_FILENAME', '.tmp/data.db')),
  },
  useNullAsDefault: true,
});

/** A database server. The DATABASE_* variables hold its address and login. */
const server = (env, defaultPort) => ({
  connection: {
    host: env('DATABASE_HOST', '127.0.0.1'),
    port: env.int('DATABASE_PORT', defaultPort),
    database: env('DATABASE_NAME', 'strapi'),
    user: env('DATABASE_USERNAME', 'strapi'),
    password: env('DATABASE_PASSWORD', 'strapi'),
  },
  pool: { min: env.int('DATABASE_POOL_MIN', 2), max: env.int('DATABASE_POOL_MAX', 10) },
});

const CONNECTIONS = {
  sqlite,
  postgres: (env) => server(env, 5432),
  mysql: (env) => server(env, 3306),
};

module.exports = ({ env }) => {
  const client = env('DATABASE_CLIENT', 'sqlite');
  const connect = CONNECTIONS[client];
  if (!connect) {
    const known = Object.keys(CONNECTIONS).join(', ');
    throw new Error(`DATABASE_CLIENT is "${client}", but must be one of: ${known}.`);
  }
  return { connection: { client, ...connect(env) } };
};
