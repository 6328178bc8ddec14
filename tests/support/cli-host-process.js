'use strict';

// Runs commands of `strapi-upload` one after the other in this process, so that Strapi's code is loaded only once. Each
// line of the standard input is a command. Its exit code and its output go to file descriptor 3. IPC messages would not
// work, because Strapi removes the listeners of the process when it is destroyed.

const fs = require('node:fs');
const path = require('node:path');
const { createInterface } = require('node:readline');

const { runCli } = require('../../dist/server');

const ANSWERS = 3;

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

/** Drops the project's modules from the cache, so that the next command loads them again. */
function forget(folder) {
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(folder + path.sep)) {
      delete require.cache[file];
    }
  }
}

async function run({ id, cwd, env, args }) {
  const texts = { out: [], err: [] };
  const streams = [captured(process.stdout, texts.out), captured(process.stderr, texts.err)];
  Object.assign(process.env, env);
  forget(cwd);
  process.chdir(cwd);
  const code = await runCli(args, {
    cwd,
    out: (line) => texts.out.push(`${line}\n`),
    err: (line) => texts.err.push(`${line}\n`),
  });
  streams.forEach((giveBack) => giveBack());
  const answer = { id, code, out: texts.out.join(''), err: texts.err.join('') };
  fs.writeSync(ANSWERS, `${JSON.stringify(answer)}\n`);
}

createInterface({ input: process.stdin }).on('line', (line) => void run(JSON.parse(line)));
