import os from 'node:os';
import { run } from '../../../server/src/cli';
import { parseRegenerate } from '../../../server/src/cli/regenerate-options';
import { reporterFor } from '../../../server/src/cli/reporter';

describe('strapi-upload regenerate', () => {
  it.each([
    [['--all', '--missing'], 'cannot be used together'],
    [['--name', 'large,'], '--name takes names'],
    [['--name'], '--name'],
    [['--concurrency', '0'], '--concurrency takes'],
    [['--concurrency', '33'], '--concurrency takes'],
    [['--concurrency', '2x'], '--concurrency takes'],
    [['--restart'], '--restart can be used only with --all'],
    [['--all', '--dry-run', '--restart'], '--restart can be used only with --all'],
    [['--what'], '--what'],
    [['file.jpg'], 'file.jpg'],
  ])('ends %j with 2 and says what is wrong', async (args, message) => {
    const err: string[] = [];
    const code = await run(['regenerate', ...args], {
      cwd: os.tmpdir(),
      out: () => {},
      err: (line) => void err.push(line),
    });
    expect({ code, err }).toEqual({ code: 2, err: [expect.stringContaining(message)] });
  });

  it('takes the missing sizes of all names unless it is told otherwise', () => {
    const { concurrency, ...options } = parseRegenerate([]);
    expect(options).toEqual({ mode: 'missing', names: null, dryRun: false, restart: false });
    expect(concurrency).toBeGreaterThan(0);
  });

  it('takes several names, in one list or several', () => {
    const { names } = parseRegenerate(['--name', 'a, b', '--name', 'c,a']);
    expect(names).toEqual(['a', 'b', 'c']);
  });

  it('says that a folder without Strapi is no project', async () => {
    const err: string[] = [];
    const io = { cwd: os.tmpdir(), out: () => {}, err: (line: string) => void err.push(line) };
    expect(await run(['regenerate'], io)).toBe(1);
    expect(err).toEqual([expect.stringContaining('not a Strapi 5 project')]);
  });
});

describe('progress', () => {
  const recorded = (columns?: number) => {
    const lines: string[] = [];
    const drawn: string[] = [];
    const reporter = reporterFor({
      cwd: '',
      out: (line) => void lines.push(line),
      err: (line) => void lines.push(line),
      terminal: columns ? { columns, write: (text) => drawn.push(text) } : undefined,
    });
    return { reporter, lines, drawn };
  };

  it('is a line every five percent where there is no terminal', () => {
    const { reporter, lines } = recorded();
    for (let done = 1; done <= 1000; done += 1) {
      reporter.progress(done, 1000);
    }
    expect(lines).toHaveLength(20);
    expect(lines.slice(0, 2)).toEqual(['5 % (50 of 1000 images)', '10 % (100 of 1000 images)']);
  });

  it('is a bar that fits the terminal', () => {
    const { reporter, lines, drawn } = recorded(30);
    reporter.progress(1, 4);
    reporter.progress(4, 4);
    reporter.say('a line', true);
    reporter.end();
    const clear = '\r\u001b[K';
    expect(drawn).toEqual([
      `${clear}${'█'.repeat(5)}${'░'.repeat(15)} 1/4 25 %`,
      `${clear}${'█'.repeat(19)} 4/4 100 %`,
      clear,
      clear,
    ]);
    expect(lines).toEqual(['a line']);
  });
});
