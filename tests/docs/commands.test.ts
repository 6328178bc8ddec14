import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BIN } from '../support/cli';
import { readPage, readPages } from './support/pages';

/** Width of a narrow terminal, in characters. No line of a list may be longer. */
const WIDTH = 80;

const matches = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, found = '']) => found))].sort();

describe('npx strapi-upload --help', () => {
  let help: string;
  beforeAll(async () => {
    help = (await promisify(execFile)(process.execPath, [BIN, '--help'])).stdout;
  });

  const section = (title: string): string[] => {
    const [, after = ''] = help.split(`${title}:\n`);
    return (after.split('\n\n')[0] ?? '').trimEnd().split('\n');
  };

  it('lists the commands of the documentation in one line each, and no others', () => {
    const documented = readPages()
      .map(({ text }) => text)
      .join('\n');
    const lines = section('Commands');
    const listed = lines.map((line) => /^ {2}([a-z]+) {2,}\S.*$/.exec(line)?.[1] ?? line);

    expect(listed.sort()).toEqual(matches(documented, /npx strapi-upload ([a-z]+)/g));
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(WIDTH);
  });

  it('lists the options of regenerate that docs/images.md describes', () => {
    const { text } = readPage('docs/images.md');
    const listed = matches(section('Options of regenerate').join('\n'), /^ {2}(--\S+)/gm);

    expect(listed).toEqual(matches(text, /^\| `(--[a-z-]+)/gm));
  });

  it('lists the options of url that docs/delivery.md describes', () => {
    const { text } = readPage('docs/delivery.md');
    const listed = matches(section('Options of url').join('\n'), /^ {2}(--\S+)/gm);

    expect(listed).toEqual(matches(text, /[|,] `(--[a-z-]+)/g));
  });
});
