'use strict';

// A server for comparison: ipx, which renders an image for each request. Arguments: the folder with ipx, and the folder
// of the images.

const http = require('node:http');
const { createRequire } = require('node:module');
const path = require('node:path');
const { tellFigures } = require('./told.cjs');

const [home, dir] = process.argv.slice(2);
const { createIPX, createIPXNodeServer, ipxFSStorage } = createRequire(
  path.join(home, 'package.json')
)('ipx');

const server = http.createServer(
  createIPXNodeServer(createIPX({ storage: ipxFSStorage({ dir }) }))
);
tellFigures();
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
