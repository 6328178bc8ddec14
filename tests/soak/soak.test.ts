import { pluginsWith } from '../support/config';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { startServer, type Server } from '../support/server';
import { KIND_NAMES, kindsFor } from './kinds';
import { MOST_GROWTH, soak, type Duration, type Soaked } from './soak';
import { tableOf } from './table';

const FULL: Duration = { warmUp: 100, least: 500, most: 2000, seconds: 10 };
const SHORT: Duration = { warmUp: 12, least: 50, most: 500, seconds: 5 };

/** What thousands of requests of one kind, one kind after the other, leave in a server. */
describe('a server', () => {
  const duration = process.env.SOAK === 'short' ? SHORT : FULL;
  const soaked: Soaked[] = [];
  let server: Server;
  let site: Awaited<ReturnType<typeof kindsFor>>;

  beforeAll(async () => {
    server = await startServer({
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
    expect(result.growth).toBeLessThanOrEqual(MOST_GROWTH);
  });
});
