import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/**
 * Fetches a URL and discards the bytes.
 *
 * @returns the number of bytes, and the headers
 * @throws Error if the answer does not have the status `status`
 */
export async function read(url, { headers = {}, status = 200 } = {}) {
  const req = http.get(url, { agent, headers });
  const [response] = await once(req, 'response');
  let size = 0;
  response.on('data', (chunk) => (size += chunk.length));
  await once(response, 'end');
  if (response.statusCode !== status) {
    throw new Error(`${url} answered ${response.statusCode}`);
  }
  return { size, headers: response.headers };
}

/**
 * Fetches the bytes from `start` to `end` of a URL. Checks the status and the number of bytes. Does not check the
 * headers, because a compared server may answer with wrong headers.
 */
export async function readRange(url, start, end) {
  const { size } = await read(url, { headers: { range: `bytes=${start}-${end}` }, status: 206 });
  if (size !== end - start + 1) {
    throw new Error(`${url} sent ${size} bytes`);
  }
}

/**
 * Creates a client that needs almost no processor time, so that the result shows the server's speed. The client sends
 * one request after the other on one connection, and reads only the length of each answer.
 */
export async function lightClient(url, headers = {}) {
  const { hostname, port, host, pathname, search } = new URL(url);
  const fields = Object.entries({ host, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`
  );
  const request = `GET ${pathname}${search} HTTP/1.1\r\n${fields.join('')}\r\n`;
  const socket = net.connect(Number(port), hostname);
  await once(socket, 'connect');
  let left = 0;
  let done = () => {};
  let failed = () => {};
  socket.on('data', (chunk) => {
    if (left === 0) {
      const end = chunk.indexOf('\r\n\r\n');
      const [, status] = /^HTTP\/1\.1 (\d+)/.exec(chunk.latin1Slice(0, 16)) ?? [];
      if (end === -1 || !['200', '304'].includes(status)) {
        failed(new Error(`${url} answered ${status}`));
        return;
      }
      const [, length = '0'] = /content-length: (\d+)/i.exec(chunk.latin1Slice(0, end)) ?? [];
      left = end + 4 + Number(length);
    }
    left -= chunk.length;
    if (left === 0) {
      done();
    }
  });
  socket.on('error', (error) => failed(error));
  return {
    get: () =>
      new Promise((resolve, reject) => {
        done = resolve;
        failed = reject;
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}
