'use strict';

// A server for comparison, with the minimal work for large bodies: one HTTP server that writes each body to one file.

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');

const [folder, sync] = process.argv.slice(2);
let count = 0;

const server = http.createServer(async (req, res) => {
  const target = fs.createWriteStream(path.join(folder, String(++count)), {
    flush: sync === 'sync',
  });
  await pipeline(req, target);
  res.writeHead(201).end('{}');
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
