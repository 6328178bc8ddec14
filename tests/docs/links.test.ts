import { brokenLink, linksOf } from './support/links';
import { readPages } from './support/pages';

describe('links of the documentation inside the repository', () => {
  it.each(readPages().map((page) => [page.name, page] as const))('%s', (name, page) => {
    const broken = linksOf(page)
      .map(({ target, line }) => ({ target, line, why: brokenLink(page, target) }))
      .filter(({ why }) => why !== undefined)
      .map(({ target, line, why }) => `${name}:${line} links to ${target}: ${why}`);

    expect(broken).toEqual([]);
  });

  it('are found, whatever stands around them', () => {
    const text = [
      '# A `b.c`, and d',
      '[one](#a-bc-and-d), `[no](nowhere.md)`, `a code that goes',
      'on` and [`two`](README.md "title") and `more`',
      '```md',
      '[no](nowhere.md)',
      '```',
      '| [three](docs) | [elsewhere](https://example.org) |',
      '[four](nowhere.md) and [five](#nowhere)',
    ].join('\n');
    const page = { name: 'README.md', text };

    expect(linksOf(page).map(({ target }) => target)).toEqual([
      '#a-bc-and-d',
      'README.md',
      'docs',
      'nowhere.md',
      '#nowhere',
    ]);
    expect(brokenLink(page, 'nowhere.md')).toBe('there is no nowhere.md');
    expect(brokenLink(page, '#nowhere')).toBe('README.md has no heading for #nowhere');
    expect(brokenLink(page, 'docs')).toBeUndefined();
  });
});
