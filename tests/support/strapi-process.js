'use strict';

// Runs one Strapi project in a separate process, as in production. The test that started the process can send functions
// over IPC, which this process calls with `strapi`.

const { createStrapi } = require('@strapi/strapi');

process.on('message', async ({ id, source, args }) => {
  try {
    const work = new Function(`return (${source});`)();
    process.send({ id, value: await work(strapi, ...args) });
  } catch (error) {
    process.send({ id, error: error.stack });
  }
});
process.on('disconnect', () => process.exit());

async function main() {
  const [appDir] = process.argv.slice(2);
  const app = await createStrapi({ appDir, distDir: appDir }).start();
  process.send({ listening: app.server.httpServer.address().port });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
