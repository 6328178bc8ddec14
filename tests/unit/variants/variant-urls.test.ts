import { UrlSigner } from '../../../server/src/signing/url-signer';
import { BadQuery, readQuery } from '../../../server/src/variants/asked';
import { VariantSignatures } from '../../../server/src/variants/signatures';
import {
  VariantUrls,
  type UrlFile,
  type UrlOptions,
} from '../../../server/src/variants/variant-urls';

const signatures = new VariantSignatures(new UrlSigner([{ id: 'k', secret: 's'.repeat(32) }]));
let isClosed: boolean;
beforeEach(() => (isClosed = false));

const urls = (baseUrl?: string) =>
  new VariantUrls({
    signatures,
    baseUrl: () => baseUrl,
    privateLife: () => 900,
    isClosed: () => isClosed,
  });

const OPEN: UrlFile = { url: '/uploads/a_1.jpg' };
const CLOSED: UrlFile = { url: '/uploads/private/a_1.jpg' };

const parts = (file: UrlFile, options: UrlOptions) => {
  const [path = '', query = ''] = urls().url(file, options).split('?');
  return { path, query };
};

it.each<[string, UrlFile, string]>([
  ['a file', OPEN, '/uploads/a_1.jpg'],
  ['a size', { url: '/uploads/small_a_1.jpg' }, '/uploads/small_a_1.jpg'],
  ['a private file', CLOSED, '/uploads/private/a_1.jpg'],
  [
    'a signed URL',
    { url: '/uploads/private/a_1.jpg?expires=1&kid=k&sig=x' },
    '/uploads/private/a_1.jpg',
  ],
  [
    'a file of another provider',
    { url: 'https://cdn.test/x.jpg', hash: 'a_1', ext: '.jpg' },
    '/uploads/a_1.jpg',
  ],
  [
    'a file without an extension',
    { url: 'https://cdn.test/x', hash: 'a_1', ext: null },
    '/uploads/a_1',
  ],
])('%s with the columns %j has the path %s', (_what, file, path) => {
  expect(parts(file, { width: 5 }).path).toBe(path);
});

it('a URL of a file that is private at its provider ends, and opens no public file of the same name', () => {
  isClosed = true;
  const { path, query } = parts(
    { url: 'https://cdn.test/x.jpg', hash: 'a_1', ext: '.jpg' },
    { width: 5 }
  );
  expect(path).toBe('/uploads/a_1.jpg');
  expect(signatures.secondsLeft('/uploads/private/a_1.jpg', query)).toBeGreaterThan(0);
  expect(() => signatures.isSigned('/uploads/a_1.jpg', query, { width: 5 })).toThrow('signature');
});

it('the signature is that of the values', () => {
  const { query } = parts(OPEN, { width: 5, fit: 'inside' });
  expect(signatures.isSigned('/uploads/a_1.jpg', query, readQuery(query)!.values)).toBe(true);
});

it('a URL of a public file has no end, unless one is asked for', () => {
  expect(parts(OPEN, { width: 5 }).query).not.toContain('expires');
  expect(parts(OPEN, { width: 5, expires: 60 }).query).toContain('expires');
});

it.each<UrlOptions>([{ width: 5 }, {}, { width: 5, expires: 60 }])(
  'a URL of a private file opens it with %j',
  (options) => {
    const { query } = parts(CLOSED, options);
    expect(query).toContain('expires');
    const left = signatures.secondsLeft('/uploads/private/a_1.jpg', query);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(options.expires ?? 900);
  }
);

it('a signature for a public file does not open a private file of the same name', () => {
  const { query } = parts(OPEN, { width: 5, expires: 60 });
  expect(signatures.secondsLeft('/uploads/private/a_1.jpg', query)).toBeNull();
});

it.each<[UrlFile['updatedAt'], string]>([
  ['2026-01-02T03:04:05.678Z', '&v=mjwaidke'],
  [new Date('2026-01-02T03:04:05.678Z'), '&v=mjwaidke'],
  [1_767_323_045_678, '&v=mjwaidke'],
  ['never', ''],
  [null, ''],
  [undefined, ''],
])('a file that was updated at %p ends with "%s"', (updatedAt, end) => {
  const { query } = parts({ ...OPEN, updatedAt }, { width: 5 });
  expect(query).toMatch(new RegExp(`sig=[\\w-]{43}${end}$`));
});

it('begins with the origin of the CDN', () => {
  expect(urls('https://cdn.test').url(OPEN, { width: 5 })).toMatch(
    /^https:\/\/cdn\.test\/uploads\/a_1\.jpg\?width=5&/
  );
});

it.each<[object, string]>([
  [{ width: 0 }, '"width"'],
  [{ quality: 101 }, '"quality"'],
  [{ fit: 'crop' }, '"fit"'],
  [{ width: '5&height=5' }, '"width"'],
  [{ expires: 0 }, '"expires"'],
  [{ expires: -5 }, '"expires"'],
  [{ expires: NaN }, '"expires"'],
  [{ expires: 'soon' }, '"expires"'],
])('refuses %j', (options, message) => {
  const make = () => urls().url(OPEN, options as UrlOptions);
  expect(make).toThrow(BadQuery);
  expect(make).toThrow(message);
});

it('says what a file of another provider needs', () => {
  expect(() => urls().url({ url: 'https://cdn.test/x.jpg' }, { width: 5 })).toThrow(
    'needs the columns "hash" and "ext"'
  );
});
