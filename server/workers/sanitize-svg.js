'use strict';

// Makes one SVG after the other safe. Runs in a worker thread with bounded memory, which is ended when
// one takes too long: what a stranger sends costs its own request and nothing else.

const { parentPort } = require('node:worker_threads');
const { safeDrawing } = require('./svg/drawing');

parentPort.on('message', ({ bytes, encoding, elements }) => {
  try {
    parentPort.postMessage({ text: safeDrawing(decoded(bytes, encoding), elements) });
  } catch (error) {
    parentPort.postMessage({ refusal: String(error.message ?? error) });
  }
});
// It is ready.
parentPort.postMessage({});

function decoded(bytes, encoding) {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    throw new Error('its encoding is unknown');
  }
}
