import type { Server } from './server';

interface Statement {
  sql: string;
  bindings: unknown[];
}

/** A database statement, and how many rows it reads. */
export interface Reading {
  sql: string;
  /** Largest number of rows that one step of the statement has read. */
  rows: number;
}

/** Starts to record the statements that a server sends to its database. */
export const noteStatements = (server: Server): Promise<void> =>
  server.inside((strapi) => {
    const held = globalThis as { statements?: Statement[] };
    if (!held.statements) {
      strapi.db.connection.on('query', ({ sql, bindings }: Statement) => {
        held.statements!.push({ sql, bindings: bindings ?? [] });
      });
    }
    held.statements = [];
  });

/**
 * Returns for each recorded statement the largest number of rows of a table or an index that the database reads in one
 * step. PostgreSQL and MariaDB report this number, but SQLite does not. In SQLite, a step counts as 1 row if it
 * searches by one of the columns `few` or reads the end of an index. Any other step counts as the whole table.
 *
 * @param about names; a statement must contain one of them
 * @param few columns in which few rows have the same value
 * @param all number of rows that a whole table counts as
 */
export const readings = (
  server: Server,
  options: { about: string[]; few: string[]; all: number }
): Promise<Reading[]> =>
  server.inside(async (strapi, { about, few, all }) => {
    const { client } = strapi.db.dialect;

    /**
     * Returns the maximum of a plan's steps. The steps are not added, because many small reads of one step would be
     * many statements in other databases.
     */
    const mostIn = (plan: unknown): number => {
      if (typeof plan !== 'object' || plan === null) {
        return 0;
      }
      const step = plan as Record<string, unknown>;
      const removed = Number(step['Rows Removed by Filter'] ?? 0);
      const own = Number(step['Actual Rows'] ?? step.r_rows ?? 0) + removed;
      return Math.max(own || 0, ...Object.values(step).map(mostIn));
    };
    const readIn = async (explain: (how: string) => PromiseLike<unknown>): Promise<number> => {
      if (client === 'postgres') {
        const { rows } = (await explain('EXPLAIN (ANALYZE, FORMAT JSON)')) as { rows: unknown[] };
        return mostIn(rows);
      }
      if (client === 'mysql') {
        const [rows] = (await explain('ANALYZE FORMAT=JSON')) as [object[]];
        return mostIn(JSON.parse(String(Object.values(rows[0]!)[0])));
      }
      const steps = (await explain('EXPLAIN QUERY PLAN')) as Array<{ detail: string }>;
      const read = steps.map(({ detail }) => {
        const column = /\((\w+)[=<>]/.exec(detail)?.[1];
        const isEnd = /^SEARCH \w+ USING COVERING INDEX \w+$/.test(detail);
        const isLittle = isEnd || (column !== undefined && few.includes(column));
        return /^(?:SCAN|SEARCH) /.test(detail) && !isLittle ? all : 1;
      });
      return Math.max(0, ...read);
    };

    const noted = (globalThis as unknown as { statements: Statement[] }).statements.filter(
      ({ sql }) =>
        /^(?:select|update|delete) /.test(sql) && about.some((name) => sql.includes(name))
    );
    const found: Reading[] = [];
    for (const { sql, bindings } of noted) {
      const transaction = await strapi.db.connection.transaction();
      try {
        const text = sql.replace(/\$\d+/g, '?');
        const explain = (how: string) => transaction.raw(`${how} ${text}`, bindings as never[]);
        found.push({ sql, rows: await readIn(explain) });
      } finally {
        await transaction.rollback();
      }
    }
    return found;
  }, options);

/** The SQL of the recorded statements. */
export const noted = (server: Server): Promise<string[]> =>
  server.inside(() =>
    (globalThis as unknown as { statements: Statement[] }).statements.map(({ sql }) => sql)
  );
