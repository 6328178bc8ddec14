import { send } from './client.mjs';

export const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

export const ratio = (a, b) => Number((a / b).toFixed(2));

/** Runs `work`. Returns its duration in ms, and its result. */
export async function timed(work) {
  const started = performance.now();
  const result = await work();
  return { ms: performance.now() - started, result };
}

let count = 0;

/**
 * Returns a copy of an image file with some more bytes at its end. Equal files would not show the work of all of them:
 * this plugin processes equal images of simultaneous requests only once.
 */
export const unique = (file) => ({
  ...file,
  data: Buffer.concat([file.data, Buffer.from(String(count++))]),
});

/** Uploads files in one request. Throws an error unless the server stores all of them. */
export async function upload(url, files) {
  const { status, body } = await send(url, files);
  if (status !== 201) {
    throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
  }
  return body;
}
