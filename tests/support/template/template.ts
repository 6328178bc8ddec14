import path from 'node:path';

/** Files of one server with which all other test servers start faster: see `prepare`. */
export interface Template {
  /** SQLite file with the schema and the rows of a first start. */
  database: string;
  /** Compiled code of the modules in node_modules; see `code-cache.js`. */
  codeCache: string;
}

/** Environment variable that names the template's folder for jest's processes. */
export const TEMPLATE_VARIABLE = 'TEST_TEMPLATE';

export const templateIn = (dir: string): Template => ({
  database: path.join(dir, 'data.db'),
  codeCache: path.join(dir, 'code'),
});

/** The template of this run of jest; undefined in suites without a template. */
export function currentTemplate(): Template | undefined {
  const dir = process.env[TEMPLATE_VARIABLE];
  return dir ? templateIn(dir) : undefined;
}
