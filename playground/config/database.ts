import type { Core } from '@strapi/strapi';

type Env = Core.Config.Shared.ConfigParams['env'];
type Connection = Core.Config.Database['connection'];

/**
 * Settings for one SQLite file. A relative path starts at the folder in which Strapi is started: the project's folder.
 */
const sqlite = (env: Env): Connection => ({
  client: 'sqlite',
  connection: { filename: env('DATABASE_FILENAME', '.tmp/data.db') },
  useNullAsDefault: true,
});

/** Settings for a database server. The DATABASE_* variables hold its address and login. */
const server = (client: 'postgres' | 'mysql', env: Env, defaultPort: number): Connection => ({
  client,
  connection: {
    host: env('DATABASE_HOST', '127.0.0.1'),
    port: env.int('DATABASE_PORT', defaultPort),
    database: env('DATABASE_NAME', 'strapi'),
    user: env('DATABASE_USERNAME', 'strapi'),
    password: env('DATABASE_PASSWORD', 'strapi'),
  },
  pool: { min: env.int('DATABASE_POOL_MIN', 2), max: env.int('DATABASE_POOL_MAX', 10) },
});

const CONNECTIONS: Record<string, (env: Env) => Connection> = {
  sqlite,
  postgres: (env) => server('postgres', env, 5432),
  mysql: (env) => server('mysql', env, 3306),
};

const config = ({ env }: Core.Config.Shared.ConfigParams): Core.Config.Database => {
  const client = env('DATABASE_CLIENT', 'sqlite');
  const connect = CONNECTIONS[client];
  if (!connect) {
    const known = Object.keys(CONNECTIONS).join(', ');
    throw new Error(`DATABASE_CLIENT is "${client}", but must be one of: ${known}.`);
  }
  return { connection: connect(env) };
};

export default config;
