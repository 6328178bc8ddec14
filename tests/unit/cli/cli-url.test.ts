import os from 'node:os';
import { run } from '../../../server/src/cli';
import { parseUrl } from '../../../server/src/cli/url-options';

describe('strapi-upload url', () => {
  it.each([
    [[], 'name one file'],
    [['1', '2'], 'name one file'],
    [['1', '--width', 'wide'], '"width"'],
    [['1', '--width', '0'], '"width"'],
    [['1', '--height', '-5'], '--height'],
    [['1', '--fit', 'fill'], '"fit"'],
    [['1', '--format', 'bmp'], '"format"'],
    [['1', '--quality', '101'], '"quality"'],
    [['1', '--quality', '5&width=1'], '"quality"'],
    [['1', '--expires', '0'], '--expires'],
    [['1', '--expires', 'soon'], '--expires'],
    [['1', '--key', 'hero'], '--key'],
    [['1', '--width'], '--width'],
  ])('ends %j with 2 and says what is wrong', async (args, message) => {
    const err: string[] = [];
    const code = await run(['url', ...args], {
      cwd: os.tmpdir(),
      out: () => {},
      err: (line) => void err.push(line),
    });
    expect({ code, err }).toEqual({ code: 2, err: [expect.stringContaining(message)] });
  });

  it('takes the parameters of a URL', () => {
    const args = ['abc', '--size', 'small', '--width', '333', '--height=20', '--fit', 'inside'];
    const others = ['--quality', '51', '--format', 'webp', '--enlarge', '--expires', '60'];
    expect(parseUrl([...args, ...others])).toEqual({
      file: 'abc',
      size: 'small',
      options: {
        ...{ width: 333, height: 20, fit: 'inside', quality: 51, format: 'webp' },
        ...{ withoutEnlargement: false, expires: 60 },
      },
    });
    expect(parseUrl(['7'])).toEqual({ file: '7', size: undefined, options: {} });
  });
});
