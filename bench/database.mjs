import { randomBytes } from 'node:crypto';
import knex from 'knex';

/**
 * The keys are Strapi's names of the database clients. `driver` is the npm package of the database driver. `drop` is
 * the statement that drops a database although connections to it may be open.
 */
const KINDS = {
  postgres: { driver: 'pg', drop: 'DROP DATABASE ?? WITH (FORCE)' },
  mysql: { driver: 'mysql2', drop: 'DROP DATABASE ??' },
};

/**
 * Makes a new database for one run.
 *
 * @param client `postgres` or `mysql`
 * @param address URL of the server, with the name of an existing database
 * @returns `connection` for knex, `env` for the playground's `config/database.js`, and `drop`
 */
export async function createDatabase(client, address) {
  const { driver, drop } = KINDS[client];
  const name = `strapi_upload_bench_${randomBytes(6).toString('hex')}`;
  const run = async (statement) => {
    const db = knex({ client: driver, connection: address });
    try {
      await db.raw(statement, [name]);
    } finally {
      await db.destroy();
    }
  };
  await run('CREATE DATABASE ??');
  const { hostname: host, port, username, password: secret } = new URL(address);
  const [user, password] = [username, secret].map(decodeURIComponent);
  return {
    connection: { client: driver, connection: { host, port, user, password, database: name } },
    env: {
      DATABASE_CLIENT: client,
      DATABASE_HOST: host,
      DATABASE_PORT: port,
      DATABASE_NAME: name,
      DATABASE_USERNAME: user,
      DATABASE_PASSWORD: password,
    },
    drop: () => run(drop),
  };
}
