import type { Knex } from 'knex';
import type { Database } from './transactions';

/**
 * Runs work in its own transaction with a limit for each wait for a lock. On SQLite the work runs without a
 * transaction and without this limit: SQLite has one writer and its own busy timeout.
 *
 * @param ms rounded up to whole seconds on MariaDB
 * @throws the database's own error if a lock cannot be taken in time
 */
export async function waitingBriefly<T>(
  db: Database,
  ms: number,
  work: (context: { trx?: Knex.Transaction }) => Promise<T>
): Promise<T> {
  const { client } = db.dialect;
  if (client === 'sqlite') {
    return work({});
  }
  return db.transaction(async ({ trx }) => {
    if (client === 'postgres') {
      // The setting applies to this transaction only
      // (https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT).
      await trx.raw(`SET LOCAL lock_timeout = ${ms}`);
      return work({ trx });
    }
    // The setting applies to the connection, so the old value is restored before the connection goes back into the pool
    // (https://mariadb.com/kb/en/innodb-system-variables/#innodb_lock_wait_timeout).
    const seconds = Math.ceil(ms / 1000);
    await trx.raw('SET @strapi_upload_wait = @@SESSION.innodb_lock_wait_timeout');
    await trx.raw(`SET SESSION innodb_lock_wait_timeout = ${seconds}`);
    try {
      return await work({ trx });
    } finally {
      await trx.raw('SET SESSION innodb_lock_wait_timeout = @strapi_upload_wait');
    }
  });
}
