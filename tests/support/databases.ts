import { randomBytes } from 'node:crypto';
import knex from 'knex';

/** A database that only one project uses. */
export interface Database {
  /** Variables with which the playground's `config/database.js` connects to this database. */
  env: Record<string, string>;
  drop(): Promise<void>;
}

/** A kind of database that these tests run on. */
export interface DatabaseKind {
  title: string;
  /** Why the tests on this kind are skipped; undefined if the database is available. */
  missing?: string | undefined;
  create(): Promise<Database>;
}

/** A kind of database whose server can create databases. The environment variable holds the server's URL. */
function serverKind(
  title: string,
  variable: string,
  client: string,
  dropped: string
): DatabaseKind {
  const address = process.env[variable];
  const run = async (statement: string, name: string) => {
    const connection = knex({ client: DRIVERS[client], connection: address! });
    try {
      await connection.raw(statement, [name]);
    } finally {
      await connection.destroy();
    }
  };
  return {
    title,
    missing: address ? undefined : `${variable} is not set`,
    async create() {
      const name = `strapi_upload_${randomBytes(6).toString('hex')}`;
      await run('CREATE DATABASE ??', name);
      const { hostname, port, username, password } = new URL(address!);
      return {
        env: {
          DATABASE_CLIENT: client,
          DATABASE_HOST: hostname,
          DATABASE_PORT: port,
          DATABASE_NAME: name,
          DATABASE_USERNAME: decodeURIComponent(username),
          DATABASE_PASSWORD: decodeURIComponent(password),
        },
        drop: () => run(dropped, name),
      };
    },
  };
}

const DRIVERS: Record<string, string> = { postgres: 'pg', mysql: 'mysql2' };

/** SQLite, whose database is a file in the project's folder. The file is removed with the project. */
const SQLITE: DatabaseKind = {
  title: 'SQLite',
  create: async () => ({ env: {}, drop: async () => {} }),
};

export const KINDS: readonly DatabaseKind[] = [
  SQLITE,
  // PostgreSQL needs FORCE, because the connections of a killed server stay open for a moment.
  serverKind('PostgreSQL', 'TEST_POSTGRES_URL', 'postgres', 'DROP DATABASE ?? WITH (FORCE)'),
  serverKind('MariaDB', 'TEST_MARIADB_URL', 'mysql', 'DROP DATABASE ??'),
];

/** Makes a group of tests for each kind of database. Jest reports the group of a missing kind as skipped. */
export function onEveryDatabase(tests: (kind: DatabaseKind) => void): void {
  for (const kind of KINDS) {
    if (kind.missing) {
      describe.skip(`on ${kind.title}, skipped: ${kind.missing}`, () => tests(kind));
    } else {
      describe(`on ${kind.title}`, () => tests(kind));
    }
  }
}
