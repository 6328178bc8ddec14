import { BadQuery, readQuery, withoutVariant } from '../../../server/src/variants/asked';

/** The values of a query without those that are undefined. */
const read = (query: string) => {
  const found = readQuery(query);
  return found && { ...JSON.parse(JSON.stringify(found.values)), ...presetOf(found.preset) };
};
const presetOf = (preset: string | undefined) => (preset === undefined ? {} : { preset });

describe('readQuery', () => {
  it.each<[string, object]>([
    ['width=800', { width: 800 }],
    ['height=1', { height: 1 }],
    ['width=100000', { width: 100_000 }],
    ['width=007', { width: 7 }],
    ['width=800&height=600', { width: 800, height: 600 }],
    ['width=533.3333', { width: 533 }],
    ['width=0.5', { width: 1 }],
    ['width=100000.4', { width: 100_000 }],
    ['fit=cover', { fit: 'cover' }],
    ['fit=contain', { fit: 'contain' }],
    ['fit=inside', { fit: 'inside' }],
    ['fit=outside', { fit: 'outside' }],
    ['quality=1', { quality: 1 }],
    ['quality=100', { quality: 100 }],
    ['format=auto', { format: 'auto' }],
    ['format=avif', { format: 'avif' }],
    ['format=jpg', { format: 'jpg' }],
    ['format=jpeg', { format: 'jpg' }],
    ['withoutEnlargement=false', { withoutEnlargement: false }],
    ['withoutEnlargement=true', { withoutEnlargement: true }],
    ['key=hero', { preset: 'hero' }],
    ['preset=hero', { preset: 'hero' }],
    ['preset=hero&key=hero', { preset: 'hero' }],
    ['width=800&width=800', { width: 800 }],
    ['%77idth=800', { width: 800 }],
    ['width=%38%30', { width: 80 }],
    ['v=1&width=800&utm_source=a&download', { width: 800 }],
    ['&&width=800&', { width: 800 }],
  ])('reads %s', (query, values) => expect(read(query)).toEqual(values));

  it.each([
    '',
    'v=1',
    'updatedAt=2026',
    'utm_source=width',
    'Width=800',
    'w=800',
    'width[]=1',
    '%',
  ])('finds no variant in "%s"', (query) => expect(readQuery(query)).toBeNull());

  it.each<[string, string]>([
    ['width=', '"width"'],
    ['width', '"width"'],
    ['width=abc', '"width" is "abc"; allowed: a number from 1 to 100000'],
    ['width=0', '"width"'],
    ['width=-1', '"width"'],
    ['width=0.4', '"width"'],
    ['width=1e3', '"width"'],
    ['width=0x10', '"width"'],
    ['width=+5', '"width"'],
    ['width= 5', '"width"'],
    ['width=5 ', '"width"'],
    ['width=5px', '"width"'],
    ['width=5%0A', '"width"'],
    ['width=1,000', '"width"'],
    ['width=.5', '"width"'],
    ['width=5.', '"width"'],
    ['width=Infinity', '"width"'],
    ['width=NaN', '"width"'],
    ['width=٣', '"width"'],
    ['width=100001', '"width"'],
    ['width=99999999999999999999', '"width"'],
    ['height=100000.5', '"height" is "100000.5"'],
    ['quality=0', '"quality"'],
    ['quality=101', '"quality" is "101"; allowed: a number from 1 to 100'],
    ['fit=', '"fit"'],
    ['fit=crop', '"fit" is "crop"; allowed: cover, contain, inside, outside'],
    ['fit=Cover', '"fit"'],
    ['fit=constructor', '"fit"'],
    ['format=bmp', '"format" is "bmp"; allowed: auto, avif, webp, jpg, png'],
    ['format=gif', '"format"'],
    ['format=__proto__', '"format"'],
    ['withoutEnlargement=1', '"withoutEnlargement"'],
    ['withoutEnlargement', '"withoutEnlargement"'],
    ['width=1&width=2', '"width" is given more than once'],
    ['width=1&width=1.0', '"width" is given more than once'],
    ['format=jpg&format=jpeg', '"format" is given more than once'],
    ['key=a&preset=b', '"key" and "preset"'],
    ['key=a&width=1', '"width" cannot be combined'],
    ['preset=a&withoutEnlargement=true', '"withoutEnlargement" cannot be combined'],
  ])('refuses %s', (query, message) => {
    expect(() => readQuery(query)).toThrow(BadQuery);
    expect(() => readQuery(query)).toThrow(message);
  });

  it('refuses 10 000 parameters, whatever their names are', () => {
    const query = Array.from({ length: 10_000 }, (_, index) => `a${index}=1`).join('&');
    expect(() => readQuery(query)).toThrow('more than 100 parameters');
    expect(() => readQuery('width=1&'.repeat(101))).toThrow('more than 100 parameters');
    expect(read('width=1&'.repeat(100))).toEqual({ width: 1 });
  });

  it('cuts long values off in messages', () => {
    expect(() => readQuery(`fit=${'x'.repeat(10_000)}`)).toThrow(/^.{0,200}$/);
  });
});

describe('withoutVariant', () => {
  it.each([
    ['', ''],
    ['width=1', ''],
    ['expires=1&kid=a&sig=b', 'expires=1&kid=a&sig=b'],
    ['width=1&expires=1&kid=a&sig=b&format=auto&v=2', 'expires=1&kid=a&sig=b'],
    ['expires=1&kid=a&sig=b&utm=1', 'expires=1&kid=a&sig=b&utm=1'],
    // An encoded name stays: the signature of a private file has no other spelling.
    ['%77idth=1&kid=a', '%77idth=1&kid=a'],
    ['download=%20&key=x&preset=y', 'download=%20'],
  ])('%s → %s', (query, rest) => expect(withoutVariant(query)).toBe(rest));
});
