'use strict';

// A server for comparison, with the minimal work for reading: it serves one folder with the `send` library alone.

const http = require('node:http');
const send = require('send');
const { tellFigures } = require('./told.cjs');

const [root] = process.argv.slice(2);
const server = http.createServer((req, res) => {
  send(req, new URL(req.url, 'http://localhost').pathname.replace('/uploads/', '/'), { root }).pipe(
    res
  );
});
tellFigures();
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
