import {
  acceptedTypes,
  outputFormat,
  type FormatRules,
} from '../../../server/src/variants/negotiate';
import type { AskedFormat } from '../../../server/src/variants/asked';
import { cpuTime } from '../../support/cpu-time';

const RULES: FormatRules = { formats: ['avif', 'webp', 'jpg', 'png'], negotiate: true };
const NONE = { avif: false, webp: false };

/** The accepted types, as a list. */
const accepted = (header: string | undefined) =>
  Object.entries(acceptedTypes(header)).flatMap(([type, counts]) => (counts ? [type] : []));

describe('acceptedTypes', () => {
  it.each<[string | undefined, string[]]>([
    [undefined, []],
    ['', []],
    ['*/*', []],
    ['image/*', []],
    ['image/*;q=1, */*', []],
    ['image/png,image/jpeg', []],
    ['image/avif', ['avif']],
    ['image/webp', ['webp']],
    ['image/avif,image/webp,image/apng,*/*;q=0.8', ['avif', 'webp']],
    ['text/html, image/webp , */*', ['webp']],
    ['IMAGE/WebP', ['webp']],
    ['image/webp;q=1', ['webp']],
    ['image/webp;q=0.001', ['webp']],
    ['image/webp; q=0.5', ['webp']],
    ['image/webp ;Q=0.5', ['webp']],
    ['image/webp\t;\tq=0.5', ['webp']],
    ['image/webp;level=1', ['webp']],
    ['image/webp;level=1;q=0', []],
    ['image/webp;q=0', []],
    ['image/webp;q=0.000', []],
    ['image/webp;Q=0', []],
    ['image/avif;q=0,image/webp', ['webp']],
    ['image/avif;q=0.1,image/webp;q=0.9', ['avif', 'webp']],
    // Malformed headers
    ['image/webp;q=', []],
    ['image/webp;q=abc', []],
    ['image/webp;q=-1', []],
    ['image/webp;', ['webp']],
    [',,image/webp,,', ['webp']],
    [';q=1', []],
    ['image/webpp', []],
    ['ximage/webp', []],
    ['image / webp', []],
    ['image', []],
    ['constructor,__proto__', []],
  ])('%s → %j', (header, types) => expect(accepted(header)).toEqual(types));

  it.each([',', ';', ' ', 'image/webp;', 'image/webp,', 'q=', ';q ', '"'])(
    'takes linear time for a megabyte of "%s"',
    async (part) => {
      const header = part.repeat(Math.ceil(2 ** 20 / part.length));
      expect(await cpuTime(() => acceptedTypes(header), 2000)).toBeLessThan(2000);
    }
  );
});

describe('outputFormat', () => {
  type Row = [AskedFormat | undefined, string, string[], string];
  it.each<Row>([
    [undefined, 'jpeg', ['avif', 'webp'], 'jpeg'],
    [undefined, 'tiff', [], 'tiff'],
    ['jpg', 'png', [], 'jpeg'],
    ['png', 'jpeg', [], 'png'],
    ['webp', 'jpeg', [], 'webp'],
    ['avif', 'jpeg', [], 'avif'],
    ['auto', 'jpeg', ['avif', 'webp'], 'avif'],
    ['auto', 'jpeg', ['webp'], 'webp'],
    ['auto', 'jpeg', [], 'jpeg'],
    ['auto', 'png', [], 'png'],
    ['auto', 'avif', [], 'avif'],
    ['auto', 'tiff', [], 'jpeg'],
    ['auto', 'tiff with alpha', [], 'png'],
    ['auto', 'tiff', ['webp'], 'webp'],
    ['auto', 'animated gif', ['avif', 'webp'], 'webp'],
    ['auto', 'animated gif', ['avif'], 'gif'],
    ['auto', 'animated webp', ['avif'], 'webp'],
    ['avif', 'animated gif', [], 'webp'],
  ])('%s of a %s for a client that takes %j is %s', (asked, kind, types, format) => {
    const words = kind.split(' ');
    const image = {
      format: words.find((word) => !['animated', 'with', 'alpha'].includes(word))!,
      isAnimated: words.includes('animated'),
      hasAlpha: words.includes('alpha'),
    };
    const takes = { avif: types.includes('avif'), webp: types.includes('webp') };
    expect(outputFormat(asked, image, { ...RULES, accepted: takes })).toBe(format);
  });

  const photo = { format: 'jpeg', isAnimated: false, hasAlpha: false };

  it('without negotiation, auto means WebP for all clients', () => {
    const rules = { ...RULES, negotiate: false };
    expect(outputFormat('auto', photo, { ...rules, accepted: NONE })).toBe('webp');
    expect(outputFormat('auto', photo, { ...rules, accepted: { avif: true, webp: false } })).toBe(
      'webp'
    );
  });

  it('has only the formats of the configuration', () => {
    const rules: FormatRules = { formats: ['webp'], negotiate: true };
    const both = { avif: true, webp: true };
    expect(outputFormat('auto', photo, { ...rules, accepted: both })).toBe('webp');
    expect(() => outputFormat('avif', photo, { ...rules, accepted: both })).toThrow(
      '"format" is "avif"; allowed: auto, webp.'
    );
  });
});
