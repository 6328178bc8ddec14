import { randomBytes } from 'node:crypto';
import knex from 'knex';

/** A database of one project's own. */
export interface Database {
  /** What makes the playground's `config/database.js` use it. */
  env: Record<string, string>;
  drop(): Promise<void>;
}

/** A kind of database that these tests run on. */
export interface DatabaseKind {
  title: string;
  /** Why it is passed over; undefined where it is there. */
  missing?: string | undefined;
  create(): Promise<Database>;
}

/** A database server: fresh databases by its URL, which an environment variable gives. */
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

/** The project's own file: it goes with the project. */
const SQLITE: DatabaseKind = {
  title: 'SQLite',
  create: async () => ({ env: {}, drop: async () => {} }),
};

export const KINDS: readonly DatabaseKind[] = [
  SQLITE,
  // Without FORCE a server that was killed holds its database for a moment.
  serverKind('PostgreSQL', 'TEST_POSTGRES_URL', 'postgres', 'DROP DATABASE ?? WITH (FORCE)'),
  serverKind('MariaDB', 'TEST_MARIADB_URL', 'mysql', 'DROP DATABASE ??'),
];

/** Groups tests once per kind of database; those of one that is missing are reported as skipped. */
export function onEveryDatabase(tests: (kind: DatabaseKind) => void): void {
  for (const kind of KINDS) {
    if (kind.missing) {
      describe.skip(`on ${kind.title}, skipped: ${kind.missing}`, () => tests(kind));
    } else {
      describe(`on ${kind.title}`, () => tests(kind));
    }
  }
}
