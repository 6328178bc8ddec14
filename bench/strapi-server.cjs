'use strict';

// Runs one Strapi server of a benchmark in a process of its own. With `BENCH_LEDGER=off`, the server does no work for
// the ledger in the database. The difference shows the cost of the ledger.

const { createStrapi } = require('@strapi/strapi');

async function main() {
  const [appDir] = process.argv.slice(2);
  const app = await createStrapi({ appDir, distDir: appDir }).start();
  if (process.env.BENCH_LEDGER === 'off') {
    let keys = 0;
    Object.assign(app.get('strapi-upload.container').ledger, {
      begin: async (_provider, files) => files.map(() => String(++keys)),
      settle: async () => {},
      close: async () => {},
    });
  }
  process.send({ port: app.server.httpServer.address().port });
}

process.on('disconnect', () => process.exit());
main();
