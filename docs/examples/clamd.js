'use strict';

const net = require('node:net');
const { text } = require('node:stream/consumers');
const { pipeline } = require('node:stream/promises');

/** The command INSTREAM of clamd: each chunk behind its length, at last an empty one. */
async function* instream(file) {
  yield Buffer.from('zINSTREAM\0');
  for await (const chunk of file) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    yield length;
    yield chunk;
  }
  yield Buffer.alloc(4);
}

/**
 * Has files checked by a ClamAV daemon: `security: { scan: clamd({ port: 3310 }) }`. Its
 * `StreamMaxLength` must be at least `sizeLimit`: what it does not read whole is not let in.
 *
 * @param address `{ host, port }`, or `{ path }` of a local socket
 */
module.exports = (address = { host: '127.0.0.1', port: 3310 }) =>
  async function scan({ stream, signal }) {
    const connection = net.connect(address);
    const close = () => connection.destroy(new Error('given up'));
    signal.addEventListener('abort', close);
    try {
      // It may answer before it has read everything, and closes the connection then.
      pipeline(stream, instream, connection, { end: false }).catch(close);
      const verdict = (await text(connection)).replace(/\0/g, '').trim();
      if (verdict === 'stream: OK') {
        return null;
      }
      const [, found] = /^stream: (.+) FOUND$/.exec(verdict) ?? [];
      if (!found) {
        throw new Error(`clamd said "${verdict}"`);
      }
      return `it holds ${found}`;
    } finally {
      signal.removeEventListener('abort', close);
      connection.destroy();
    }
  };
