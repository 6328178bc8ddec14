import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './support/pages';

const COMMAND = 'npm run docs:configuration';

describe('docs/configuration.md', () => {
  it('is what the schema in server/src/config says', async () => {
    const script = path.join(ROOT, 'scripts/configuration-page.mjs');
    const { stdout: wanted } = await promisify(execFile)(process.execPath, [script, '--print']);
    const page = await readFile(path.join(ROOT, 'docs/configuration.md'), 'utf8');

    if (page !== wanted) {
      const lines = page.split('\n');
      const line = wanted.split('\n').findIndex((text, at) => text !== lines[at]);
      throw new Error(
        `docs/configuration.md differs from the schema in server/src/config at line ${line + 1}. Run: ${COMMAND}`
      );
    }
  });
});
