import { imageUrl, type FileInput, type VariantOptions } from '../../../client/src';
import { IMAGE, IN_BUCKET, SIGNATURE, SVG, VERSION } from './files';

const CMS = 'https://cms.example.com';
const PATH = '/uploads/door_1a2b3c4d5e.jpg';

type Row = [what: string, file: FileInput, options: VariantOptions, url: string];

describe('the parameters', () => {
  const rows: Row[] = [
    ['are left out if nothing is asked for', { url: PATH }, {}, PATH],
    ['are left out if they are undefined', { url: PATH }, { width: undefined }, PATH],
    ['have the width', { url: PATH }, { width: 640 }, `${PATH}?width=640`],
    [
      'are in alphabetical order',
      IMAGE,
      {
        withoutEnlargement: false,
        width: 800,
        quality: 75,
        height: 600,
        format: 'auto',
        fit: 'cover',
      },
      `${PATH}?fit=cover&format=auto&height=600&quality=75&${VERSION}&width=800&withoutEnlargement=false`,
    ],
    ['have a preset as key', IMAGE, { preset: 'a & b' }, `${PATH}?key=a%20%26%20b&${VERSION}`],
    ['have the version alone', IMAGE, {}, `${PATH}?${VERSION}`],
    [
      'have no version of a hash alone',
      { url: PATH, hash: 'a' },
      { width: 64 },
      `${PATH}?width=64`,
    ],
    ['have the version of a date', { url: PATH, updatedAt: new Date(36) }, {}, `${PATH}?v=10`],
    ['have the version of a number', { url: PATH, updatedAt: 35 }, {}, `${PATH}?v=z`],
    ['have no version that is no time', { url: PATH, updatedAt: 'yesterday' }, {}, PATH],
    ['have no version of a null', { url: PATH, updatedAt: null }, {}, PATH],
    [
      'have the height that belongs to the width',
      { url: PATH },
      { width: 1000, aspectRatio: 16 / 9 },
      `${PATH}?height=563&width=1000`,
    ],
    [
      'have the width that belongs to the height',
      { url: PATH },
      { height: 100, aspectRatio: 1.5 },
      `${PATH}?height=100&width=150`,
    ],
    [
      'have at least one pixel',
      { url: PATH },
      { width: 16, aspectRatio: 100 },
      `${PATH}?height=1&width=16`,
    ],
    ['have no ratio without a length', { url: PATH }, { aspectRatio: 2 }, PATH],
    [
      'come after the signature of a private file',
      { ...IMAGE, url: `/uploads/private/a.jpg?${SIGNATURE}`, isUrlSigned: true },
      { width: 640, format: 'webp' },
      `/uploads/private/a.jpg?${SIGNATURE}&format=webp&${VERSION}&width=640`,
    ],
    [
      'have no version behind a signature alone',
      { ...IMAGE, url: `/uploads/private/a.jpg?${SIGNATURE}`, isUrlSigned: true },
      {},
      `/uploads/private/a.jpg?${SIGNATURE}`,
    ],
  ];

  it.each(rows)('%s', (_, file, options, url) => {
    expect(imageUrl(file, options)).toBe(url);
  });
});

describe('the address', () => {
  const rows: Row[] = [
    ['is relative without a base', { url: PATH }, {}, PATH],
    ['is behind the base', { url: PATH }, { baseUrl: CMS }, CMS + PATH],
    ['is behind a base with a slash', { url: PATH }, { baseUrl: `${CMS}/` }, CMS + PATH],
    ['is behind a base with a path', { url: PATH }, { baseUrl: '/cms' }, `/cms${PATH}`],
    ['stays absolute', { url: CMS + PATH }, { baseUrl: 'https://other' }, CMS + PATH],
    [
      'stays absolute without a scheme',
      { url: `//cdn${PATH}` },
      { width: 64 },
      `//cdn${PATH}?width=64`,
    ],
    [
      'stays absolute below a path of the base',
      { url: `${CMS}/strapi${PATH}` },
      { baseUrl: `${CMS}/strapi`, width: 64 },
      `${CMS}/strapi${PATH}?width=64`,
    ],
    ['has no blanks', { url: '/uploads/a b.jpg' }, { width: 64 }, '/uploads/a%20b.jpg?width=64'],
    [
      'of another provider is on the server',
      IN_BUCKET,
      { baseUrl: CMS, width: 640 },
      `${CMS}${PATH}?${VERSION}&width=640`,
    ],
    [
      'of another provider is on the server also without parameters',
      { url: IN_BUCKET.url, hash: 'a b', ext: null },
      { baseUrl: CMS },
      `${CMS}/uploads/a%20b`,
    ],
    ['of another provider stays if nothing is asked of the server', IN_BUCKET, {}, IN_BUCKET.url],
    [
      'of a bucket with a folder "uploads" is on the server',
      { ...IN_BUCKET, url: 'https://bucket.example.com/uploads/other.jpg' },
      { baseUrl: CMS, width: 64 },
      `${CMS}${PATH}?${VERSION}&width=64`,
    ],
    [
      'of a CDN stays if the provider is the local disk',
      { ...IMAGE, url: `https://cdn.example.com${PATH}` },
      { baseUrl: CMS, width: 64 },
      `https://cdn.example.com${PATH}?${VERSION}&width=64`,
    ],
    [
      'that a provider has signed stays',
      { ...IN_BUCKET, url: `${IN_BUCKET.url}?X-Amz-Signature=1`, isUrlSigned: true },
      { baseUrl: CMS, width: 640 },
      `${IN_BUCKET.url}?X-Amz-Signature=1`,
    ],
    ['of an SVG stays', SVG, { width: 640, baseUrl: CMS }, `${CMS}/uploads/logo.svg`],
    [
      'of an SVG without its type stays',
      { url: '/uploads/logo.SVG?a' },
      { width: 64 },
      '/uploads/logo.SVG?a',
    ],
    [
      'of a document in a bucket stays',
      { url: 'https://bucket.example.com/a.pdf', mime: 'application/pdf' },
      { width: 640, baseUrl: CMS },
      'https://bucket.example.com/a.pdf',
    ],
  ];

  it.each(rows)('%s', (_, file, options, url) => {
    expect(imageUrl(file, options)).toBe(url);
  });
});

describe('a file', () => {
  it.each<[string, FileInput]>([
    ['as REST and GraphQL of Strapi 5 give it', { url: PATH }],
    ['in data', { data: { url: PATH } }],
    ['in attributes', { attributes: { url: PATH } }],
    ['as Strapi 4 gives it', { data: { attributes: { url: PATH } } }],
  ])('is read %s', (_, file) => {
    expect(imageUrl(file, { width: 64 })).toBe(`${PATH}?width=64`);
  });
});

describe('a URL that cannot be made', () => {
  it.each<[string, FileInput, VariantOptions, string]>([
    ['of nothing', { data: null }, {}, 'select the column url'],
    ['of null', null as unknown as FileInput, { width: 64 }, 'select the column url'],
    ['of a file without a URL', { hash: 'a', ext: '.jpg' }, { baseUrl: CMS }, 'column url'],
    ['without the hash', { ...IN_BUCKET, hash: undefined }, { baseUrl: CMS }, 'hash and ext'],
    ['without the ext', { ...IN_BUCKET, ext: undefined }, { baseUrl: CMS }, 'hash and ext'],
    ['without the hash below another path', { url: '/media/a.jpg' }, { width: 64 }, 'hash and ext'],
    ['without the server', IN_BUCKET, { width: 64 }, 'baseUrl'],
  ])('%s is refused with a reason', (_, file, options, reason) => {
    expect(() => imageUrl(file, options)).toThrow(reason);
  });
});
