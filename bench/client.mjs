import { once } from 'node:events';
import http from 'node:http';
import { randomBytes } from 'node:crypto';

const BOUNDARY = 'bench-boundary';
const HEAD =
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.bin"\r\n` +
  'Content-Type: application/octet-stream\r\n\r\n';
const TAIL = `\r\n--${BOUNDARY}--\r\n`;
const BLOCK = randomBytes(1 << 20);

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/**
 * Sends `size` bytes to a server, in a form unless `plain` is set, and waits for the answer.
 *
 * @throws if the answer has another status than `status`
 */
export async function upload(
  url,
  size,
  { plain = false, path = '/api/upload', headers = {}, status = 201 } = {}
) {
  const length = size + (plain ? 0 : HEAD.length + TAIL.length);
  const type = plain ? 'application/octet-stream' : `multipart/form-data; boundary=${BOUNDARY}`;
  const req = http.request(url + path, {
    method: 'POST',
    agent,
    headers: { 'content-type': type, 'content-length': length, ...headers },
  });
  const answer = once(req, 'response');
  if (!plain) {
    req.write(HEAD);
  }
  for (let sent = 0; sent < size; sent += BLOCK.length) {
    if (!req.write(BLOCK.subarray(0, Math.min(BLOCK.length, size - sent)))) {
      await once(req, 'drain');
    }
  }
  req.end(plain ? undefined : TAIL);
  const [response] = await answer;
  response.resume();
  await once(response, 'end');
  if (response.statusCode !== status) {
    throw new Error(`${url}${path} answered ${response.statusCode}`);
  }
}

/** Calls `work` `count` times, with `parallel` calls at a time. Returns the number of calls per second. */
export async function rate(parallel, count, work) {
  let left = count;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (left-- > 0) {
        await work();
      }
    })
  );
  return (count * 1000) / (performance.now() - started);
}

/**
 * Sends files in one form.
 *
 * @param files `{ name, type, data }` each
 * @returns status and body of the answer
 */
export async function send(url, files, path = '/api/upload') {
  const body = Buffer.concat([
    ...files.flatMap(({ name, type, data }) => [
      Buffer.from(
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\n` +
          `Content-Type: ${type}\r\n\r\n`
      ),
      data,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
  const req = http.request(url + path, {
    method: 'POST',
    headers: {
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': body.length,
    },
  });
  req.end(body);
  const [response] = await once(req, 'response');
  return { status: response.statusCode, body: JSON.parse(await textOf(response)) };
}

/** Fetches a URL and discards the body. */
export async function get(url) {
  const req = http.get(url, { agent });
  const [response] = await once(req, 'response');
  response.resume();
  await once(response, 'end');
}

async function textOf(stream) {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
