import { pluginsWith } from '../support/config';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { startServer, type Server } from '../support/server';
import { KIND_NAMES, kindsFor } from './kinds';
import { MOST_GROWTH, soak, type Duration, type Soaked } from './soak';
import { tableOf } from './table';

const NO_NOISE = { memory: 0, heap: 0 };
const FULL: Duration = { warmUp: 100, least: 500, most: 2000, seconds: 10, noise: NO_NOISE };
/**
 * Number of requests in the short form, and the noise of its measurements. During the first dozens of images, the
 * memory of libvips' threads and of the encoders grows to its usual size. After that, the allocator still takes or
 * returns some MB at any time. So a short run only shows native leaks of about 100 kB a request or more, such as an
 * image that stays in memory. JavaScript objects are measured exactly.
 */
const SHORT: Duration = {
  warmUp: 40,
  least: 50,
  most: 500,
  seconds: 5,
  noise: { memory: 24_000_000, heap: 200_000 },
};

/**
 * Settings that make the allocator of glibc return memory at once, so that a few requests show whether memory is kept.
 * The full run uses the allocator's default settings, as servers do.
 */
const FRUGAL = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '65536',
};

/** Sends thousands of requests of one kind, one kind after the other, and checks what stays in the server. */
describe('a server', () => {
  const isShort = process.env.SOAK === 'short';
  const duration = isShort ? SHORT : FULL;
  const soaked: Soaked[] = [];
  let server: Server;
  let site: Awaited<ReturnType<typeof kindsFor>>;

  beforeAll(async () => {
    server = await startServer({
      // The server starts without the code cache of other test servers, because the memory of this cache would be
      // counted.
      env: { NODE_OPTIONS: '', ...(isShort ? FRUGAL : {}) },
      files: {
        'config/plugins.js': pluginsWith({ urlImport: { allowedNetworks: ['127.0.0.1/32'] } }),
      },
    });
    await allowPublic(server, UPLOAD_ACTIONS);
    site = await kindsFor(server);
  });
  afterAll(async () => {
    process.stdout.write(`\n${tableOf(soaked)}\n`);
    await site?.end();
    await server?.stop();
  });

  it.each(KIND_NAMES)('holds no more after many requests than before: %s', async (name) => {
    const result = await soak(server, name, site.kinds[name], duration);
    soaked.push(result);
    process.stdout.write(`${tableOf([result]).split('\n')[2]}\n`);
    expect(result.left).toEqual([]);
    expect(result.growth.memory).toBeLessThanOrEqual(MOST_GROWTH);
    expect(result.growth.heap).toBeLessThanOrEqual(MOST_GROWTH);
  });
});
