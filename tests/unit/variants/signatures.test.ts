import { UrlSigner } from '../../../server/src/signing/url-signer';
import { readQuery, type Asked } from '../../../server/src/variants/asked';
import { queryOf, VariantSignatures } from '../../../server/src/variants/signatures';
import { cpuTime } from '../../support/cpu-time';

const START = 1_800_000_000_000;
let now = START;
const signer = (id = 'k', secret = 's'.repeat(32)) => new UrlSigner([{ id, secret }], () => now);
const signatures = new VariantSignatures(signer());
const STORED = '/uploads/a_0123456789.jpg';
const VALUES: Asked = { width: 333, height: 111, quality: 51, format: 'webp' };

beforeEach(() => (now = START));

/** What the signature of a query says about the values in it. */
const isSigned = (query: string, url = STORED) =>
  signatures.isSigned(url, query, readQuery(query)!.values);

describe('a signature without an end', () => {
  const query = signatures.sign(STORED, VALUES);

  it('signs the values', () => {
    expect(query).toMatch(/^format=webp&height=111&quality=51&width=333&kid=k&sig=[\w-]{43}$/);
    expect(isSigned(query)).toBe(true);
    now += 1e12;
    expect(isSigned(query)).toBe(true);
  });

  it('is good in any order, with other parameters, and in any spelling of the values', () => {
    const [, sig = ''] = /(kid=.*)$/.exec(query)!;
    expect(isSigned(`${sig}&width=333&quality=51&height=111&format=webp`)).toBe(true);
    expect(isSigned(`v=1&${query}&utm_source=a&download`)).toBe(true);
    expect(isSigned(query.replace('width=333', 'width=333.2'))).toBe(true);
    expect(isSigned(query.replace('width', '%77idth'))).toBe(true);
  });

  it.each<[string, (query: string) => string]>([
    ['another width', (text) => text.replace('width=333', 'width=334')],
    ['a value less', (text) => text.replace('&quality=51', '')],
    ['a value more', (text) => `${text}&fit=cover`],
    ['another signature', (text) => text.replace(/sig=./, 'sig=*')],
    ['a shorter signature', (text) => text.slice(0, -1)],
    ['no signature', (text) => text.replace(/sig=.*/, 'sig=')],
    ['an unknown key', (text) => text.replace('kid=k', 'kid=x')],
    ['no key', (text) => text.replace('kid=k&', '')],
    ['other values', (text) => text.replace(/^.*kid/, 'fit=cover&kid')],
    ['an end', (text) => text.replace('kid', 'expires=9999999999&kid')],
    ['a second signature before it', (text) => `kid=k&sig=${'A'.repeat(43)}&${text}`],
  ])('is refused with %s', (_what, change) => {
    const changed = change(query);
    expect(changed).not.toBe(query);
    expect(() => isSigned(changed)).toThrow('The signature of this URL is not valid or expired.');
  });

  it('is refused for another file', () => {
    expect(() => isSigned(query, '/uploads/b_0123456789.jpg')).toThrow('signature');
  });

  it('is not asked for', () => expect(isSigned('width=333')).toBe(false));

  it('opens no private file', () => expect(signatures.secondsLeft(STORED, query)).toBeNull());

  it('ends with its key', () => {
    const other = new VariantSignatures(signer('other'));
    expect(() => other.isSigned(STORED, query, VALUES)).toThrow('signature');
  });
});

describe('a signature with an end', () => {
  const query = signatures.sign(STORED, VALUES, 600);

  it('is good until then', () => {
    expect(isSigned(query)).toBe(true);
    now += 601_000;
    expect(() => isSigned(query)).toThrow('expired');
  });

  it('opens a private file until then', () => {
    const left = signatures.secondsLeft(STORED, query)!;
    expect(left).toBeGreaterThan(399);
    expect(left).toBeLessThanOrEqual(600);
    now += 601_000;
    expect(signatures.secondsLeft(STORED, query)).toBeNull();
  });

  it('is refused with a later end', () => {
    const later = query.replace(/expires=\d+/, 'expires=1900000000');
    expect(() => isSigned(later)).toThrow('signature');
    expect(signatures.secondsLeft(STORED, later)).toBeNull();
  });

  it('opens nothing with wrong or other values', () => {
    expect(signatures.secondsLeft(STORED, query.replace('width=333', 'width=0'))).toBeNull();
    expect(signatures.secondsLeft(STORED, query.replace('width=333', 'width=3'))).toBeNull();
    expect(signatures.secondsLeft(STORED, query.replace('width=333&', ''))).toBeNull();
  });
});

it('a signature of no values opens the file without values only', () => {
  const query = signatures.sign(STORED, {}, 600);
  expect(query).toMatch(/^expires=/);
  expect(signatures.secondsLeft(STORED, query)).toBeGreaterThan(0);
  expect(signatures.secondsLeft(STORED, `${query}&width=1`)).toBeNull();
  expect(signatures.secondsLeft(STORED, `${query}&key=hero`)).toBeNull();
});

it('without a secret, nothing is signed', () => {
  const none = new VariantSignatures(null);
  expect(() => none.sign(STORED, VALUES)).toThrow('no secret for signing');
  const query = signatures.sign(STORED, VALUES, 600);
  expect(() => none.isSigned(STORED, query, VALUES)).toThrow('signature');
  expect(none.secondsLeft(STORED, query)).toBeNull();
});

it('a signature of a file itself signs no variant', () => {
  const file = signer().sign({ purpose: 'file', subject: 'a_0123456789.jpg' }, 600);
  expect(() => isSigned(`width=333&${file}`)).toThrow('signature');
  expect(signatures.secondsLeft(STORED, `width=333&${file}`)).toBeNull();
});

it('takes linear time for long queries', async () => {
  for (const part of ['kid=', '&kid=a', 'expires=1&', '&kid=a&sig=']) {
    const query = `width=1&sig=&${part.repeat(100_000)}`;
    const reads = () =>
      expect(() => signatures.isSigned(STORED, query, { width: 1 })).toThrow('signature');
    expect(await cpuTime(reads, 500)).toBeLessThan(500);
  }
});

it.each<[Asked, string]>([
  [{}, ''],
  [{ width: 1, height: undefined }, 'width=1'],
  [
    { width: 1, fit: 'cover', withoutEnlargement: false },
    'fit=cover&width=1&withoutEnlargement=false',
  ],
  [{ withoutEnlargement: true, width: 1, height: 2 }, 'height=2&width=1&withoutEnlargement=true'],
])('%j is spelled %s', (values, query) => expect(queryOf(values)).toBe(query));
