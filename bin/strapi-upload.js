#!/usr/bin/env node
'use strict';

/** The path of the built server, or undefined when the package was not built. */
function findServer() {
  try {
    return require.resolve('../dist/server');
  } catch {
    return undefined;
  }
}

const server = findServer();

if (server === undefined) {
  console.error(
    'strapi-upload: the folder dist is missing from this package. Install strapi-upload again, ' +
      'or run `npm run build` if this is a checkout of its repository.'
  );
  process.exitCode = 1;
} else {
  // No `try` around this call: an error inside the built code must be shown with its stack.
  require(server)
    .runCli(process.argv.slice(2), {
      cwd: process.cwd(),
      out: (line) => console.log(line),
      err: (line) => console.error(line),
      terminal: process.stdout.isTTY ? process.stdout : undefined,
    })
    .then((code) => {
      // Sets the exit code instead of calling `process.exit`: that call can lose output that is still being written to
      // a pipe.
      process.exitCode = code;
    });
}
