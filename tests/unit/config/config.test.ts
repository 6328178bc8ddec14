import { parseConfig, parseSetting } from '../../../server/src/config';

/** A secret of 32 bytes. */
const SECRET = 'only-for-tests-0123456789abcdefg';

describe('parseConfig', () => {
  it('fills in the defaults of the built-in plugin', () => {
    expect(parseConfig(undefined)).toEqual({
      provider: 'local',
      providerOptions: {},
      providerTimeout: { call: 60_000, upload: 600_000 },
      actionOptions: {},
      sizeLimit: 1_000_000_000,
      limits: {},
      minimumRate: { bytesPerSecond: 500, after: 60 },
      links: { validate: true, authorize: true },
      bulk: { checkConditions: true },
      access: { ownFilesOnly: { roles: [], tokens: [] } },
      delete: { refuseWhenUsed: false, objectsOfDeletedRows: false },
      urlImport: { timeout: 300_000, allowedNetworks: [], proxyResolves: false },
      breakpoints: { large: 1000, medium: 750, small: 500 },
      sharp: { cache: false, concurrency: 1 },
      durability: 'strict',
      batch: 'all',
      images: {
        metadata: 'strip-private',
        maxWait: 30_000,
        maxPixels: 120_000_000,
        format: 'source',
        quality: { jpeg: 80, webp: 79, avif: 50, tiff: 80 },
        requireStripped: false,
        sizes: {},
        placeholder: false,
      },
      replace: { url: 'stable' },
      recovery: { lease: 60_000, interval: 30_000 },
      concurrentUploadSize: 1,
      concurrentUploadRequests: 1,
      serving: { early: false },
      security: { svg: 'sanitize', scanTimeout: 60_000 },
      entryFiles: true,
      otherForms: 'tidy',
      receive: 'auto',
      allowPrivate: false,
      private: { expiresIn: 900, bindAddress: false },
      transforms: {
        widths: [16, 32, 48, 64, 96, 128, 256, 384, 640, 750, 828, 1080, 1200, 1920, 2048, 3840],
        ratios: ['1:1', '5:4', '4:3', '3:2', '16:9', '1.91:1', '21:9'],
        qualities: [60, 75, 90],
        formats: ['avif', 'webp', 'jpg', 'png'],
        presets: {},
        strict: false,
        maxPixels: 100_000_000,
        maxBytes: 50_000_000,
        cache: { maxBytes: 2_000_000_000 },
        negotiate: true,
      },
    });
  });

  it('takes a size limit of Infinity', () => {
    expect(parseConfig({ sizeLimit: Infinity }).sizeLimit).toBe(Infinity);
  });

  it.each([
    ['1000', 1000],
    ['200mb', 200 * 1024 * 1024],
    [' 1.5 GB ', 1.5 * 1024 ** 3],
    [1000, 1000],
  ])('reads a size of %j as the package bytes does', (sizeLimit, bytes) => {
    expect(parseConfig({ sizeLimit }).sizeLimit).toBe(bytes);
    const { limits } = parseConfig({ limits: { users: { 1: { bytesPerDay: sizeLimit } } } });
    expect(limits.users?.['1']?.bytesPerDay).toBe(bytes);
  });

  it.each([
    [{ call: 1000 }, { call: 1000, upload: 600_000 }],
    [{ upload: false }, { call: 60_000, upload: false }],
    [false, { call: false, upload: false }],
  ])('takes %j for how long a provider may take', (providerTimeout, expected) => {
    expect(parseConfig({ providerTimeout }).providerTimeout).toEqual(expected);
  });

  it.each([{ call: 0 }, { upload: '10s' }, 5000, true])('refuses it as %j', (providerTimeout) => {
    expect(() => parseConfig({ providerTimeout })).toThrow('"providerTimeout');
  });

  it('takes limits of users by number or text, and half of a minimum rate', () => {
    const limits = { users: { 42: { filesPerDay: 1 }, '7': {} }, roles: { public: {} } };
    const { minimumRate, ...config } = parseConfig({ limits, minimumRate: { after: 5 } });
    expect(config).toMatchObject({ limits });
    expect(minimumRate).toEqual({ bytesPerSecond: 500, after: 5 });
    expect(parseConfig({ minimumRate: false }).minimumRate).toBe(false);
  });

  it('refuses a check of files that is no function', () => {
    expect(() => parseConfig({ security: { scan: 'clamd' } })).toThrow('"security.scan"');
  });

  it('leaves sizes alone that another plugin makes', () => {
    const small = { breakpoint: 500, formats: ['webp'] };
    expect(parseConfig({ breakpoints: { small, tiny: 100 } }).breakpoints).toEqual({ tiny: 100 });
  });

  it('takes numbers as text, as they come from the environment', () => {
    const config = parseConfig({
      sizeLimit: '1000',
      breakpoints: { large: '1000' },
      concurrentUploadSize: '2',
      sharp: { concurrency: '3' },
      images: { quality: { jpeg: '70' }, maxPixels: ' 5000 ' },
      recovery: { lease: '2000' },
      limits: { users: { 1: { filesPerDay: '5' } } },
      providerTimeout: { call: '10' },
    });
    expect(config).toMatchObject({
      sizeLimit: 1000,
      breakpoints: { large: 1000 },
      concurrentUploadSize: 2,
      sharp: { concurrency: 3 },
      images: { quality: { jpeg: 70 }, maxPixels: 5000 },
      recovery: { lease: 2000 },
      limits: { users: { 1: { filesPerDay: 5 } } },
      providerTimeout: { call: 10 },
    });
  });

  it('takes null for what is not said, but in what others read', () => {
    const nothing = {
      provider: null,
      sizeLimit: null,
      breakpoints: null,
      security: { allowedTypes: null, svg: null },
      images: null,
      delete: { refuseWhenUsed: null },
      providerOptions: { key: null },
    };
    expect(parseConfig(nothing)).toEqual({
      ...parseConfig({}),
      providerOptions: { key: null },
    });
  });

  it.each([
    [{ limitInputPixels: 5000 }, {}, 5000],
    [{ limitInputPixels: '5000' }, {}, 5000],
    [{ limitInputPixels: false }, {}, Number.MAX_SAFE_INTEGER],
    [{ limitInputPixels: 0 }, {}, Number.MAX_SAFE_INTEGER],
    [{ limitInputPixels: true }, {}, 120_000_000],
    [{ limitInputPixels: 5000 }, { maxPixels: 7000 }, 7000],
  ])('takes a bound of pixels that Strapi gives sharp: %j, %j', (sharp, images, maxPixels) => {
    expect(parseConfig({ sharp, images }).images.maxPixels).toBe(maxPixels);
    const atStart = parseConfig({}).images;
    expect(parseSetting('images', { sharp, images }, atStart).maxPixels).toBe(maxPixels);
  });

  it('keeps what a setting was at the start where it is wrong now', () => {
    const { recovery } = parseConfig({ recovery: { lease: 5000 } });
    expect(parseSetting('recovery', { recovery: { lease: 'x' } }, recovery)).toEqual(recovery);
  });

  it.each(['*/*', '*', 'image/*', 'application/*+json', '*/pdf', 'text/plain; charset=utf-8'])(
    'takes the pattern %s',
    (pattern) => {
      const security = { allowedTypes: [pattern], deniedTypes: [pattern] };
      expect(parseConfig({ security }).security).toMatchObject(security);
    }
  );

  it('leaves keys alone that it does not know', () => {
    expect(parseConfig({ enabled: true, custom: 1 })).toMatchObject({ enabled: true, custom: 1 });
  });

  it.each([
    [{ sizeLimit: '10 apples' }, '"sizeLimit" is "10 apples"; allowed: a whole number of bytes'],
    [{ sizeLimit: '0kb' }, '"sizeLimit" is "0kb"; allowed: a whole number of bytes'],
    [{ sizeLimit: 0 }, '"sizeLimit" is 0; allowed: a whole number of bytes, at least 1, or'],
    [
      { breakpoints: { large: -1 } },
      '"breakpoints.large" is -1; allowed: a whole number of pixels',
    ],
    [
      { images: { requireStripped: 'yes' } },
      '"images.requireStripped" is "yes"; allowed: true or false.',
    ],
    [
      { images: { sizes: { hero: {} } } },
      '"images.sizes.hero" is {}; allowed: an object with width, height or longest.',
    ],
    [
      { images: { sizes: { hero: { width: 9, fit: 'cover' } } } },
      'allowed: an object with width and height, because fit is "cover".',
    ],
    [
      { images: { metadata: 'none' } },
      '"images.metadata" is "none"; allowed: "keep" or "strip-private" or "strip".',
    ],
    [{ images: { quality: { webp: 0 } } }, '"images.quality.webp" is 0; allowed: a whole number'],
    [{ breakpoints: { 'a/b': 100 } }, '"breakpoints.a/b" is 100; allowed: names of letters'],
    [{ breakpoints: [1] }, '"breakpoints" is [1]; allowed: an object of names and pixels'],
    [
      { security: { allowedTypes: 'image/*' } },
      '"security.allowedTypes" is "image/*"; allowed: a list of types',
    ],
    [
      { security: { deniedTypes: ['html'] } },
      '"security.deniedTypes.0" is "html"; allowed: a list of types',
    ],
    [
      { access: { ownFilesOnly: { roles: 'authenticated' } } },
      '"access.ownFilesOnly.roles" is "authenticated"; allowed: true, or a list of types of roles',
    ],
    [
      { access: { ownFilesOnly: { tokens: false } } },
      '"access.ownFilesOnly.tokens" is false; allowed: true, or a list of names of API tokens.',
    ],
    [
      { access: { ownFilesOnly: { role: ['authenticated'] } } },
      '"access.ownFilesOnly" is {"role":["authenticated"]}; allowed: an object such as {',
    ],
    [{ access: { ownFiles: true } }, '"access" is {"ownFiles":true}; allowed: an object such as {'],
    [{ provider: '' }, '"provider" is ""; allowed: the name of a provider'],
    [{ durability: 'none' }, '"durability" is "none"; allowed: "strict" or "relaxed"'],
    [{ recovery: { lease: 1 } }, '"recovery.lease" is 1; allowed: a whole number of milliseconds'],
    [
      { delete: { refuseWhenUsed: 'yes' } },
      '"delete.refuseWhenUsed" is "yes"; allowed: true or false',
    ],
    [{ serving: { early: 'yes' } }, '"serving.early" is "yes"; allowed: true or false'],
    [{ serving: { cacheControl: 'a\nb' } }, 'allowed: a header value such as'],
    [{ providerOptions: 1 }, '"providerOptions" is 1; allowed: an object'],
    [
      { sharp: { concurrency: -1 } },
      '"sharp.concurrency" is -1; allowed: a whole number of threads',
    ],
    [
      { concurrentUploadSize: 0 },
      '"concurrentUploadSize" is 0; allowed: a whole number, at least 1',
    ],
    [
      { providerOptions: { private: 'yes' } },
      '"providerOptions.private" is "yes"; allowed: true or false',
    ],
    [
      { providerOptions: { privateDir: '' } },
      '"providerOptions.privateDir" is ""; allowed: a path outside of the public folder',
    ],
    [
      { provider: 'aws-s3', allowPrivate: true },
      '"allowPrivate" is true; allowed: true only with the provider "local"',
    ],
    [{ private: { expiresIn: 604_801 } }, '"private.expiresIn" is 604801; allowed: a whole number'],
    [{ private: { expiresIn: 9 } }, '"private.expiresIn" is 9; allowed: a whole number of seconds'],
    [{ private: { bindAddress: 1 } }, '"private.bindAddress" is 1; allowed: true or false'],
    [{ private: { keys: [] } }, '"private.keys" is wrong; allowed: a list of at least one key'],
    [
      { private: { keys: [{ id: 'a b', secret: SECRET }] } },
      '"private.keys.0.id" is wrong; allowed: a name of up to 32 letters',
    ],
    [
      { private: { keys: [{ id: 'a', secret: SECRET.slice(1) }] } },
      '"private.keys.0.secret" is wrong; allowed: a secret of at least 32 bytes',
    ],
    [
      { private: { keys: [{ id: 'a', secret: SECRET, until: '2027-01-31' }] } },
      'allowed: a list whose first key has no "until"',
    ],
    [
      {
        private: {
          keys: [
            { id: 'b', secret: SECRET },
            { id: 'a', secret: SECRET, until: 'soon' },
          ],
        },
      },
      '"private.keys.1.until" is wrong; allowed: a date such as "2027-01-31T12:00:00Z"',
    ],
    [
      {
        private: {
          keys: [
            { id: 'a', secret: SECRET },
            { id: 'a', secret: SECRET },
          ],
        },
      },
      'allowed: a list of keys with different ids',
    ],
    [
      { limits: { roles: { public: { filesPerday: 1 } } } },
      '"limits.roles.public" is {"filesPerday":1}; ' +
        'allowed: an object with some of bytesPerFile, bytesPerDay, filesPerDay, perUser.',
    ],
    [
      { limits: { roles: { public: { perUser: { filesPerDay: 1 } } } } },
      '"limits.roles.public.perUser" is {"filesPerDay":1}; allowed: no value, because callers',
    ],
    [
      { limits: { roles: { a: { perUser: { bytesPerFile: 1 } } } } },
      '"limits.roles.a.perUser" is {"bytesPerFile":1}; allowed: an object with some of bytesPerDay',
    ],
    [
      { limits: { roles: { ['x'.repeat(201)]: { filesPerDay: 1 } } } },
      'allowed: types or codes of roles, of up to 200 characters.',
    ],
    [
      { limits: { users: { ann: { filesPerDay: 1 } } } },
      '"limits.users.ann" is {"filesPerDay":1}; allowed: ids of users.',
    ],
    [
      { limits: { tokens: { app: { bytesPerDay: 0 } } } },
      '"limits.tokens.app.bytesPerDay" is 0; allowed: a whole number of bytes, at least 1, or',
    ],
    [{ limits: { token: {} } }, 'allowed: an object with some of roles, users, tokens.'],
    [{ minimumRate: true }, '"minimumRate" is true; allowed: false, or an object such as'],
    [
      { minimumRate: { after: 0 } },
      '"minimumRate.after" is 0; allowed: a whole number of seconds from 1 to 3600.',
    ],
    [{ minimumRate: { bytes: 1 } }, '"minimumRate" is {"bytes":1}; allowed: false, or an object'],
  ])('names key, value and what is allowed: %j', (config, sentence) => {
    expect(() => parseConfig(config)).toThrow(sentence);
  });

  it('tells no secret, whatever is wrong with it', () => {
    const secret = 'too-short-but-secret';
    for (const keys of [[{ id: 'a', secret }], [{ id: 1, secret }], { id: 'a', secret }, secret]) {
      expect(() => parseConfig({ private: { keys } })).toThrow('is wrong');
      expect(() => parseConfig({ private: { keys } })).not.toThrow(secret);
    }
    const unknown = { private: { keys: [{ id: 'a', secret: SECRET }], expires: 1 } };
    expect(() => parseConfig(unknown)).toThrow('"private" is wrong');
    expect(() => parseConfig(unknown)).not.toThrow(SECRET);
  });

  it('leaves options of other providers alone that are called like those of the local one', () => {
    const providerOptions = { private: 'bucket', privateDir: 1 };
    expect(parseConfig({ provider: 'aws-s3', providerOptions })).toMatchObject({ providerOptions });
  });

  it('names every wrong key at once', () => {
    expect(() => parseConfig({ sizeLimit: 0, provider: 1 })).toThrow(/"provider".*"sizeLimit"/);
  });
});
