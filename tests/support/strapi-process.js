'use strict';

// Runs a Strapi project in a separate process, as in production. The test that started the process can send functions over
// IPC, which this process calls with `strapi`.
//
// With the path of a project as argument, the process runs this project until it ends. Without one, it runs the projects that
// the messages `start` name, one after the other: then only the first start loads and compiles Strapi's code. Between them it
// can run commands of `strapi-upload`, for the message `command`.

const fs = require('node:fs');
const path = require('node:path');
const Module = require('node:module');
const { createStrapi } = require('@strapi/strapi');
const { watchProcess } = require('./process-state');

/** The built code of this plugin's server. */
const OURS = path.resolve(__dirname, '../../dist') + path.sep;

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
  async start({ dir, env, extended }) {
    enter(dir, env);
    changed = extended;
    await start(dir);
  },
  async stop() {
    await app?.destroy();
    leaveProject();
    process.send({ stopped: true });
  },
  async command({ dir, env, args }) {
    enter(dir, env);
    const ended = await command(dir, args);
    leaveProject();
    process.send({ ended });
  },
};

/** The folder of the project that this process runs. */
let current;

/** Names of the plugins whose objects the project's code may change. */
let changed = [];

function enter(dir, env) {
  restore ??= watchProcess();
  current = dir;
  Object.assign(process.env, env);
  // NODE_PATH differs from project to project. Node.js reads it only at its own start.
  Module._initPaths();
  process.chdir(dir);
}

/** Restores the process after a project that has been destroyed. */
function leaveProject() {
  app = undefined;
  // `destroy` removes all listeners of the process.
  process.removeAllListeners('message');
  process.removeAllListeners('disconnect');
  listen();
  if (current) {
    forget((file) => file.startsWith(current + path.sep));
  }
  // The next project gets new objects of these plugins. The code of this plugin is that of `upload`.
  for (const name of changed) {
    forget(
      (file) => file.includes(`/@strapi/${name}/`) || file.includes(`/@strapi/plugin-${name}/`)
    );
    forget((file) => name === 'upload' && file.startsWith(OURS));
  }
  changed = [];
  restore?.();
}

/** Runs a command of `strapi-upload`, and returns its exit code and what it has written. */
async function command(cwd, args) {
  const texts = { out: [], err: [] };
  const streams = [captured(process.stdout, texts.out), captured(process.stderr, texts.err)];
  const code = await require('../../dist/server').runCli(args, {
    cwd,
    out: (line) => texts.out.push(`${line}\n`),
    err: (line) => texts.err.push(`${line}\n`),
  });
  streams.forEach((giveBack) => giveBack());
  return { code, out: texts.out.join(''), err: texts.err.join('') };
}

/** Collects in a list what is written to a stream. The returned function restores the stream. */
function captured(stream, texts) {
  const { write } = stream;
  stream.write = (text, ...others) => {
    texts.push(String(text));
    others.at(-1)?.call?.();
    return true;
  };
  return () => (stream.write = write);
}

/** Drops modules from the cache, by the path of their file: the next project may have other code under the same name. */
function forget(isIt) {
  for (const file of Object.keys(require.cache).filter(isIt)) {
    delete require.cache[file];
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
