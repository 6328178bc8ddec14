import path from 'node:path';

/**
 * What one server has left behind so that all others start sooner: see `prepare`.
 */
export interface Template {
  /** SQLite file with the schema and the rows of a first start. */
  database: string;
  /** Code of modules in node_modules; see `code-cache.js`. */
  codeCache: string;
}

/** Names the template's folder for the processes that jest starts. */
export const TEMPLATE_VARIABLE = 'TEST_TEMPLATE';

export const templateIn = (dir: string): Template => ({
  database: path.join(dir, 'data.db'),
  codeCache: path.join(dir, 'code'),
});

/** The template of this run of jest; undefined in suites that prepare none. */
export function currentTemplate(): Template | undefined {
  const dir = process.env[TEMPLATE_VARIABLE];
  return dir ? templateIn(dir) : undefined;
}
