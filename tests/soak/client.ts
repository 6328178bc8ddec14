import http from 'node:http';
import FormData from 'form-data';

/** An answer with its complete body. */
export interface Answer {
  status: number;
  body: Buffer;
}

/** A request. Its body, if any, has a known length. */
export interface Call {
  method?: string;
  headers?: http.OutgoingHttpHeaders;
  body?: Buffer;
}

/** Longest time in ms that the client waits for the end of an answer. */
const PATIENCE = 60_000;

/**
 * Sends a request on a new connection, so that no connection stays open afterwards.
 *
 * @throws Error if the connection breaks, or if the answer takes more than a minute
 */
export function call(url: string, { method = 'GET', headers = {}, body }: Call = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const length = body ? { 'content-length': body.length } : {};
    const request = http.request(url, {
      method,
      agent: false,
      timeout: PATIENCE,
      headers: { ...headers, ...length },
    });
    request.on('timeout', () => request.destroy(new Error(`no answer to ${method} ${url}`)));
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) })
      );
    });
    request.end(body);
  });
}

/** Sends the first bytes of a request's body and then breaks the connection. */
export function breakOff(url: string, { headers = {}, body }: Required<Omit<Call, 'method'>>) {
  return new Promise<void>((resolve) => {
    const all = { ...headers, 'content-length': body.length };
    const request = http.request(url, { method: 'POST', agent: false, headers: all });
    request.on('error', () => {});
    request.on('close', resolve);
    request.write(body.subarray(0, Math.ceil(body.length * 0.7)), () => request.destroy());
  });
}

/** Reads the first bytes of an answer and then breaks the connection. */
export function readALittle(url: string) {
  return new Promise<void>((resolve, reject) => {
    const request = http.get(url, { agent: false });
    request.on('error', () => resolve());
    request.on('response', (response) => {
      if (response.statusCode !== 200) {
        reject(new Error(`${url} was answered ${response.statusCode}`));
      }
      response.on('error', () => resolve());
      response.on('close', () => resolve());
      response.once('data', () => response.destroy());
    });
  });
}

/** A form with these files in its field `files`: the body of a POST and its headers. */
export function formOf(
  ...files: Array<{ name: string; data: Buffer }>
): Required<Omit<Call, 'method'>> {
  const form = new FormData();
  files.forEach(({ name, data }) => form.append('files', data, name));
  return { headers: form.getHeaders(), body: form.getBuffer() };
}
