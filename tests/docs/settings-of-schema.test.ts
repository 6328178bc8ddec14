import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from './support/pages';

/** Runs code that imports the modules of `npm run docs:configuration`. Resolves to what the code prints. */
async function run(code: string): Promise<string> {
  const module = `
    import { z } from 'zod';
    import { pageOf } from './scripts/support/configuration/page.mjs';
    import { settingsOf } from './scripts/support/configuration/settings.mjs';
    const text = () => z.string({ error: () => 'a text' });
    ${code}
  `;
  const args = ['--input-type=module', '--eval', module];
  return (await promisify(execFile)(process.execPath, args, { cwd: ROOT })).stdout;
}

describe('settings that are read out of a schema', () => {
  it.each([
    ['nothing describes', 'text()', 'The schema of "a" has no description.'],
    [
      'nothing describes, below another key',
      'z.object({ b: text() }).default({})',
      'The schema of "a.b" has no description.',
    ],
    [
      'has no sentence for a wrong value',
      "z.string().describe('It does something.')",
      'The schema of "a" has no sentence that says what is allowed.',
    ],
  ])('are refused where a key %s', async (_, schema, message) => {
    await expect(run(`settingsOf({ a: ${schema} });`)).rejects.toThrow(message);
  });

  it('are refused where the template has no place for one, or a place for none', async () => {
    const pageFrom = (template: string) =>
      run(`
        const settings = settingsOf({ a: text().describe('It does something.') });
        console.log(pageOf(${JSON.stringify(template)}, settings, () => ({})));
      `);

    await expect(pageFrom('')).rejects.toThrow('The template has no place for a.');
    await expect(pageFrom('<!-- settings: a, b -->')).rejects.toThrow(
      'The template names "b", which no setting is called.'
    );
    expect(await pageFrom('<!-- settings: a -->')).toBe(
      '### `a`\n\nIt does something.\n\n- Allowed: a text\n- Default: none\n'
    );
  });
});
