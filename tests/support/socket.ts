import net from 'node:net';

/** An answer as it came over the wire. */
export interface WireAnswer {
  status: number;
  /** By lower-case name; of a repeated one the last. */
  headers: Record<string, string>;
  body: Buffer;
}

/** Longest wait for the end of an answer, in ms. */
const PATIENCE = 15_000;

/**
 * Sends a request that no client library has touched, each header as it is written here, on a
 * connection of its own, and reads until the server closes that.
 *
 * @param target what stands in the request line
 * @throws Error when nothing more comes for a while, or what comes is no HTTP
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
