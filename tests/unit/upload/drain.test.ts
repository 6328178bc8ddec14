import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { drain } from '../../../server/src/upload/receive/drain';

/** Sends a body on a connection that closes after the answer. `read` reads the body. */
async function receive(
  read: (req: IncomingMessage, res: ServerResponse) => Promise<void>
): Promise<string> {
  const server = createServer((req, res) => {
    void read(req, res).then(() => res.end('answered'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
      body: 'some bytes',
      headers: { connection: 'close' },
    });
    return await answer.text();
  } finally {
    server.close();
  }
}

/** Reads only one chunk, like a parser that finds an error in it. */
async function readOne(req: IncomingMessage): Promise<void> {
  // Wait until the whole body has arrived.
  await setTimeout(50);
  const chunks = req.iterator({ destroyOnReturn: false });
  await chunks.next();
  await chunks.return?.();
}

/** Time limit of a test in ms. If `drain` waited for bytes that never come, the test would take twice as long. */
const LIMIT = 30_000;

describe('draining a request', () => {
  it(
    'waits for nothing where the body ends while it is let go of',
    async () => {
      const answer = await receive(async (req, res) => {
        await readOne(req);
        await drain(req, res);
      });
      expect(answer).toBe('answered');
    },
    LIMIT
  );

  it(
    'reads what is left of the body',
    async () => {
      expect(await receive(drain)).toBe('answered');
    },
    LIMIT
  );

  it(
    'waits for nothing where the body was read',
    async () => {
      const answer = await receive(async (req, res) => {
        await req.toArray();
        await setTimeout(10);
        await drain(req, res);
      });
      expect(answer).toBe('answered');
    },
    LIMIT
  );
});
