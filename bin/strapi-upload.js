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
  // Only looking dist up is guarded: an error inside of the built code must show its stack.
  require(server)
    .runCli(process.argv.slice(2), {
      cwd: process.cwd(),
      out: (line) => console.log(line),
      err: (line) => console.error(line),
      terminal: process.stdout.isTTY ? process.stdout : undefined,
    })
    .then((code) => {
      // Setting the code, not exiting, lets output that goes to a pipe be written to its end.
      process.exitCode = code;
    });
}
