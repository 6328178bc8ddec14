'use strict';

// Runs one Strapi server of a benchmark in a process of its own. With `BENCH_LEDGER=off`, the server does no work for
// the ledger in the database. The difference shows the cost of the ledger. With `BENCH_COUNT=on`, the figures of the
// server say how many queries it has sent to the database, how many images it has rendered, and for how long it has
// handled no event.

const { monitorEventLoopDelay } = require('node:perf_hooks');
const { createStrapi } = require('@strapi/strapi');
const { tellFigures } = require('./told.cjs');

/** Resolution of the longest stall, in ms. */
const RESOLUTION = 10;

/**
 * Counts queries and renders. Returns a function that returns their numbers so far, and the longest stall in ms since
 * the last call.
 */
function counted(app) {
  const counts = { queries: 0, renders: 0 };
  app.db.connection.on('query', () => (counts.queries += 1));
  const { renderer } = app.get('strapi-upload.container').images;
  const render = renderer.render.bind(renderer);
  renderer.render = (...args) => {
    counts.renders += 1;
    return render(...args);
  };
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  return () => {
    const stall = delay.max / 1e6;
    delay.reset();
    return { ...counts, stall };
  };
}

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
  tellFigures(process.env.BENCH_COUNT === 'on' ? counted(app) : undefined);
  process.send({ port: app.server.httpServer.address().port });
}

process.on('disconnect', () => process.exit());
main();
