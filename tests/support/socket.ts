import net from 'node:net';

/** An answer, as it was read from the socket. */
export interface WireAnswer {
  status: number;
  /** Headers by their names in lower case. If a header is repeated, only its last value is here. */
  headers: Record<string, string>;
  body: Buffer;
}

/** Longest time in ms that the client waits for the end of an answer. */
const PATIENCE = 60_000;

/**
 * Sends a request on a new connection without an HTTP library, so that each header is sent exactly as given. Reads
 * until the server closes the connection.
 *
 * @param target target in the request line
 * @throws Error if the connection stays silent too long, or if the answer is not HTTP
 */
export async function sendRaw(
  url: string,
  method: string,
  target: string,
  headers: readonly (readonly [string, string])[] = []
): Promise<WireAnswer> {
  const { hostname, port, host } = new URL(url);
  const lines = [['Host', host] as const, ...headers, ['Connection', 'close'] as const];
  const socket = net.connect(Number(port), hostname);
  socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`no answer to ${method} ${target}`)));
  const fields = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(Buffer.from(`${method} ${target} HTTP/1.1\r\n${fields}\r\n`, 'latin1'));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) {
    chunks.push(chunk);
  }
  return parseAnswer(Buffer.concat(chunks));
}

function parseAnswer(bytes: Buffer): WireAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  const [first = '', ...lines] = bytes
    .subarray(0, Math.max(end, 0))
    .toString('latin1')
    .split('\r\n');
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(first) ?? [];
  if (!status) {
    throw new Error(`no HTTP: ${bytes.subarray(0, 200).toString('latin1')}`);
  }
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return {
    status: Number(status),
    headers: Object.fromEntries(headers),
    body: bytes.subarray(end + 4),
  };
}
