'use strict';

// Runs a Strapi project in a separate process, as in production. The test that started the process can send functions over
// IPC, which this process calls with `strapi`.
//
// With the path of a project as argument, the process runs this project until it ends. Without one, it runs the projects that
// the messages `start` name, one after the other: then only the first start loads and compiles Strapi's code.

const fs = require('node:fs');
const path = require('node:path');
const Module = require('node:module');
const { createStrapi } = require('@strapi/strapi');
const { watchProcess } = require('./process-state');

const [appDir] = process.argv.slice(2);

/** Restores what a project has changed in this process. */
let restore;
let app;

async function start(appDir) {
  app = await createStrapi({ appDir, distDir: appDir }).start();
  process.send({ listening: app.server.httpServer.address().port });
}

/** What the test asks for, by the key of the message. */
const WORK = {
  async start({ dir, env }) {
    restore ??= watchProcess();
    Object.assign(process.env, env);
    // NODE_PATH differs from project to project. Node.js reads it only at its own start.
    Module._initPaths();
    process.chdir(dir);
    await start(dir);
  },
  async stop() {
    const { root } = app.dirs.app;
    await app.destroy();
    // `destroy` removes all listeners of the process.
    listen();
    forget(root);
    restore();
    process.send({ stopped: true });
  },
};

/** Drops a project's modules from the cache: the next project may have other code under the name of a package. */
function forget(folder) {
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(folder + path.sep)) {
      delete require.cache[file];
    }
  }
}

async function call({ id, source, args }) {
  try {
    const work = new Function(`return (${source});`)();
    process.send({ id, value: await work(strapi, ...args) });
  } catch (error) {
    process.send({ id, error: error.stack });
  }
}

function listen() {
  process.on('message', (message) => {
    const [name] = Object.keys(message).filter((key) => key in WORK);
    void (name ? WORK[name](message[name]).catch(fail) : call(message));
  });
  process.on('disconnect', leave);
  // Without it the process would end while it waits for the next project: `destroy` removes the listener, too, with which
  // Node.js keeps the process running as long as somebody listens to messages.
  process.channel.ref();
}

/** Ends the process when the test's process has ended, which can no longer remove the folder for temporary files. */
function leave() {
  if (!appDir) {
    fs.rmSync(process.env.TMPDIR, { recursive: true, force: true });
  }
  process.exit();
}

function fail(error) {
  console.error(error);
  process.exit(1);
}

listen();
if (appDir) {
  start(appDir).catch(fail);
}
