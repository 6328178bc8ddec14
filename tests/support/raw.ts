import http from 'node:http';
import { once } from 'node:events';

export interface RawAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
  /** Parses the body as JSON. */
  json(): { error?: { status: number; name: string; message: string; details: unknown } } & Record<
    string,
    unknown
  >;
}

interface RawRequest {
  method?: string;
  path?: string;
  headers?: http.OutgoingHttpHeaders;
  /**
   * Parts of the body. Each part is written when the socket can take it. Without Content-Length, the body is sent
   * chunked.
   */
  chunks?: Iterable<Buffer | string> | AsyncIterable<Buffer | string>;
  agent?: http.Agent;
  /** Time limit of the request in ms. After this time, {@link send} throws an error. */
  timeout?: number;
}

/** Sends a request with exactly these bytes. Returns the answer, also if it arrives before the end of the body. */
export async function send(
  url: string,
  { method = 'POST', path = '/api/upload', headers = {}, chunks = [], agent, timeout }: RawRequest
): Promise<RawAnswer> {
  const signal = timeout ? { signal: AbortSignal.timeout(timeout) } : {};
  const req = http.request(url, { method, path, headers, agent: agent ?? false, ...signal });
  const answered = once(req, 'response') as Promise<[http.IncomingMessage]>;
  let early = false;
  answered.then(() => (early = true)).catch(() => {});
  req.on('error', () => {});
  for await (const chunk of chunks) {
    if (req.destroyed) {
      break;
    }
    // After the answer is complete, do not wait: Node.js emits no `drain` event then.
    if (!req.write(chunk) && !early) {
      await writable(req, answered);
    }
  }
  req.end();
  const [response] = await answered;
  const parts: Buffer[] = [];
  for await (const part of response) {
    parts.push(part);
  }
  const body = Buffer.concat(parts);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body,
    json: () => JSON.parse(body.toString()),
  };
}

/** Waits until the request can take more bytes, or the connection is closed. */
async function writable(req: http.ClientRequest, answered: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const events = ['drain', 'close'].map((event) => once(req, event, { signal }));
  await Promise.race([...events, answered]).catch(() => {});
  over.abort();
}

/** One part of a multipart body. */
export interface Part {
  name: string;
  /** Raw parameters after the name, such as `filename="a.txt"`. */
  params?: string | undefined;
  type?: string;
  content: Buffer | string;
}

const BOUNDARY = 'test-boundary';

export const MULTIPART = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

/** Makes a multipart body with exactly these parts. */
export function multipart(parts: Part[]): Buffer {
  const lines = parts.flatMap(({ name, params, type, content }) => [
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${params ? `; ${params}` : ''}`,
    ...(type ? [`\r\nContent-Type: ${type}`] : []),
    '\r\n\r\n',
    content,
    '\r\n',
  ]);
  return Buffer.concat([...lines, `--${BOUNDARY}--\r\n`].map((line) => Buffer.from(line)));
}

/** A body with one file of this size. Its bytes are made while they are sent. */
export async function* multipartStream(size: number, fieldName = 'files') {
  yield `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${fieldName}"; filename="big.bin"\r\n`;
  yield 'Content-Type: application/octet-stream\r\n\r\n';
  const block = Buffer.alloc(1 << 20, 'x');
  for (let sent = 0; sent < size; sent += block.length) {
    yield block.subarray(0, Math.min(block.length, size - sent));
  }
  yield `\r\n--${BOUNDARY}--\r\n`;
}
