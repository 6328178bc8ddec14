import { send } from '../../support/raw';
import type { Answer, Request } from './case';
import { describe } from './disk';
import type { World } from './world';

/** Timeout of a request in ms. If the server has not answered by then, it counts as giving no answer. */
const PATIENCE = 8_000;

/** Headers to compare: the ones that change what clients, proxies or browsers do. */
const HEADERS = [
  'accept-ranges',
  'allow',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-range',
  'content-security-policy',
  'content-type',
  'etag',
  'last-modified',
  'location',
  'retry-after',
  'vary',
  'www-authenticate',
  'x-content-type-options',
];

/** Sends a request with the credentials of its caller. */
export async function exchange({ server, credentials }: World, request: Request): Promise<Answer> {
  const { method, path, as = 'public', headers = {}, body } = request;
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const answer = await send(server.url, {
    method,
    path,
    headers: { ...length, ...credentials[as], ...headers },
    chunks: body === undefined ? [] : [body],
    timeout: PATIENCE,
  }).catch(() => null);
  return answer
    ? {
        status: answer.status,
        headers: pick(answer.headers),
        body: await parseBody(answer.body, String(answer.headers['content-type'] ?? '')),
      }
    : { status: 0, headers: {}, body: null };
}

function pick(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const known = HEADERS.filter((name) => headers[name] !== undefined);
  return Object.fromEntries(known.map((name) => [name, String(headers[name])]));
}

async function parseBody(bytes: Buffer, type: string): Promise<unknown> {
  if (type.includes('json')) {
    return JSON.parse(bytes.toString() || 'null');
  }
  if (type.includes('event-stream')) {
    return parseEvents(bytes.toString());
  }
  return type.startsWith('text/') ? bytes.toString() : describe(bytes);
}

/** Parses the events of a stream (HTML Living Standard, server-sent events), and their data as JSON. */
function parseEvents(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const lines = block.split('\n').map((line) => /^(\w*): ?(.*)$/.exec(line) ?? ['', '', line]);
      return Object.fromEntries(
        lines.map(([, name, value]) => [name, name === 'data' ? JSON.parse(value!) : value])
      );
    });
}
