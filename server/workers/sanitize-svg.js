'use strict';

// Sanitizes one SVG after another. Runs in a worker thread with limited memory, which is ended if an SVG takes too
// long. So a malicious SVG can only harm its own request.

const { parentPort } = require('node:worker_threads');
const { safeDrawing } = require('./svg/drawing');

parentPort.on('message', ({ bytes, encoding, elements }) => {
  try {
    parentPort.postMessage({ text: safeDrawing(decoded(bytes, encoding), elements) });
  } catch (error) {
    parentPort.postMessage({ refusal: String(error.message ?? error) });
  }
});
// Tells that the worker has started.
parentPort.postMessage({});

function decoded(bytes, encoding) {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    throw new Error('its encoding is unknown');
  }
}
