import { parseConfig } from '../../../server/src/config';
import { cacheControlOf } from '../../../server/src/serving/cache-control';

const versioned = { url: 'versioned' };
const localServer = { maxage: 60_999, immutable: true };

it.each([
  ['asks each time by default', {}, 'max-age=0'],
  ['is for ever with versioned URLs', { replace: versioned }, 'max-age=31536000, immutable'],
  [
    'is that of the static server',
    { providerOptions: { localServer }, replace: versioned },
    'max-age=60, immutable',
  ],
  [
    'is that of the static server, also not at all',
    { providerOptions: { localServer: { maxage: 0 } }, replace: versioned },
    'max-age=0',
  ],
  [
    'is that of the static server, as koa-send spells it too',
    { providerOptions: { localServer: { maxAge: 5000 } } },
    'max-age=5',
  ],
  [
    'is that of koa-send, which takes the other spelling for a zero',
    { providerOptions: { localServer: { maxage: 0, maxAge: 5000 } } },
    'max-age=5',
  ],
  [
    'is that of koa-send, also not at all',
    { providerOptions: { localServer: { maxAge: 0 } }, replace: versioned },
    'max-age=0',
  ],
  [
    'is that of the setting',
    { serving: { cacheControl: 'no-store' }, providerOptions: { localServer }, replace: versioned },
    'no-store',
  ],
])('Cache-Control %s', (_what, config, expected) => {
  expect(cacheControlOf(parseConfig(config))).toBe(expected);
});
