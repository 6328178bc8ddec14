import { pluginsWith } from '../support/config';
import { startServer } from '../support/server';

/** The warnings that this plugin prints at the start of a server with these settings, one line each. */
async function warningsOf(config: Record<string, unknown>, server: object = {}) {
  const started = await startServer({
    files: {
      'config/plugins.js': pluginsWith(config),
      'config/server.js': `module.exports = ({ env }) => ({
        host: env('HOST'), port: env.int('PORT'), app: { keys: ['a', 'b'] }, ...${JSON.stringify(server)},
      });`,
    },
  });
  await started.stop();
  return started
    .output()
    .split('\n')
    .filter((line) => line.includes('upload: '))
    .map((line) => line.slice(line.indexOf('upload: ')));
}

it('names of limits and access that nobody has are told, those of Strapi’s own roles not', async () => {
  const named = ['public', 'authenticated', 'strapi-editor', 'edtior'];
  const limits = {
    roles: Object.fromEntries(named.map((name) => [name, { filesPerDay: 1 }])),
    tokens: { app: { filesPerDay: 1 } },
  };
  const access = { ownFilesOnly: { roles: ['authenticatd'], tokens: true } };
  const none = (name: string) =>
    `upload: no role or API token has the name ${name}. This name has no effect.`;
  expect(await warningsOf({ limits, access })).toEqual([
    none('"edtior", which upload.config.limits.roles contains'),
    none('"authenticatd", which upload.config.access.ownFilesOnly.roles contains'),
    none('"app", which upload.config.limits.tokens contains'),
  ]);
});

it('an address that clients can write is told where it counts for private files', async () => {
  const config = { private: { bindAddress: true } };
  const told = [expect.stringContaining('private.bindAddress does not protect URLs')];
  expect(await warningsOf(config, { proxy: { koa: true } })).toEqual(told);
  expect(await warningsOf(config, { proxy: { koa: true, maxIpsCount: 1 } })).toEqual([]);
});
