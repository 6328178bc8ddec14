import net from 'node:net';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { eventually } from '../support/ledger';
import { MULTIPART, multipart } from '../support/raw';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';
import { stateOf } from '../support/state';

let server: Server;
beforeAll(async () => {
  server = await sharedServer();
  await allowPublic(server, [...UPLOAD_ACTIONS, 'api::restaurant.restaurant.create']);
});
afterAll(() => server.stop());

const WHOLE = multipart([
  { name: 'data', content: '{"name":"Chez Test"}' },
  { name: 'files', params: 'filename="a.txt"', content: 'x'.repeat(3000) },
]);
const ENTRY = multipart([
  { name: 'data', content: '{"name":"Chez Test"}' },
  { name: 'files.covers', params: 'filename="a.txt"', content: 'x'.repeat(3000) },
]);

/**
 * Number of bytes after which the client stops. In the last case the form is complete, but the client has announced
 * more bytes.
 */
const CUTS: Array<[string, (body: Buffer) => number]> = [
  ['before its first byte', () => 0],
  ['in the headers of a part', () => 40],
  ['in a field', (body) => body.indexOf('Chez')],
  ['in a file', (body) => body.indexOf('xxx') + 1000],
  ['in the closing boundary', (body) => body.length - 5],
  ['behind the closing boundary, with bytes to come', (body) => body.length],
];

const FRAMES: Array<[string, (body: Buffer, cut: number) => Buffer]> = [
  [
    'with a Content-Length',
    (body, cut) =>
      Buffer.concat([
        Buffer.from(`Content-Length: ${body.length + 100}\r\n\r\n`),
        body.subarray(0, cut),
      ]),
  ],
  [
    'in chunks',
    (body, cut) =>
      Buffer.concat([
        Buffer.from(`Transfer-Encoding: chunked\r\n\r\n`),
        ...(cut > 0
          ? [Buffer.from(`${cut.toString(16)}\r\n`), body.subarray(0, cut), Buffer.from('\r\n')]
          : []),
      ]),
  ],
];

const ENDS: Array<[string, (socket: net.Socket) => void]> = [
  ['closes its side', (socket) => socket.end()],
  ['breaks the connection', (socket) => socket.resetAndDestroy()],
];

const WAYS: Array<[string, string, Buffer]> = [
  ['an upload', '/api/upload', WHOLE],
  ['an entry with its files', '/api/restaurants', ENTRY],
];

const CASES = WAYS.flatMap(([way, path, body]) =>
  CUTS.flatMap(([at, cut]) =>
    FRAMES.flatMap(([how, frame]) =>
      ENDS.map(
        ([end, finish]) => [way, how, at, end, path, frame(body, cut(body)), finish] as const
      )
    )
  )
);

/** The server's state, and its number of restaurants. */
const stored = async () => {
  const entries = await server.inside((strapi) =>
    strapi.db.query('api::restaurant.restaurant' as 'plugin::upload.file').count()
  );
  return { ...(await stateOf(server)), entries };
};

it.each(CASES)(
  '%s %s that ends %s, whose client %s, stores nothing and is told no success',
  async (...[, , , , path, sent, finish]) => {
    const before = await stored();
    const { hostname, port } = new URL(server.url);
    const socket = net.connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${MULTIPART['content-type']}\r\n`
    );
    socket.write(sent);
    // Wait. If the server took the body for complete, it would store the file within this time.
    await new Promise((resolve) => setTimeout(resolve, 150));
    finish(socket);
    let answer = '';
    try {
      for await (const chunk of socket.setEncoding('utf8')) {
        answer += chunk;
      }
    } catch {
      // The server has closed the connection, as expected.
    }

    expect(answer).not.toMatch(/^HTTP\/1.1 2/);
    await eventually(
      async () => JSON.stringify(await stored()) === JSON.stringify(before),
      'all is as before'
    );
  }
);

it.each(WAYS)(
  '%s that is whole is stored, with bytes behind its boundary too',
  async (_way, path, body) => {
    for (const behind of ['', '\r\nsome epilogue\r\n']) {
      const answer = await fetch(server.url + path, {
        method: 'POST',
        headers: MULTIPART,
        body: Buffer.concat([body, Buffer.from(behind)]),
      });
      expect(answer.status).toBe(201);
    }
  }
);

describe('a client that has promised more bytes than a whole form', () => {
  /**
   * Sends a whole form and announces more bytes. Closes the client's side of the connection after `closesAfter` ms.
   * Returns the status of the answer.
   */
  const promise = async (path: string, body: Buffer, closesAfter: number): Promise<string> => {
    const { hostname, port } = new URL(server.url);
    const socket = net.connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length + 100}\r\n` +
        `Content-Type: ${MULTIPART['content-type']}\r\n\r\n`
    );
    socket.write(body);
    const timer = setTimeout(() => socket.end(), closesAfter);
    let answer = '';
    for await (const chunk of socket.setEncoding('utf8')) {
      answer += chunk;
    }
    clearTimeout(timer);
    return answer.split(' ')[1] ?? '';
  };

  it.each(WAYS)('and stays is answered: %s', async (_way, path, body) => {
    const before = await stored();
    expect(await promise(path, body, 20_000)).toBe('201');
    expect((await stored()).rows.files).toBe(before.rows.files! + 1);
  });

  it('and goes away while its files are being stored is told that they are', async () => {
    await server.inside((strapi) => {
      strapi.plugin('upload').service('provider').checkFileSize = () =>
        new Promise((resolve) => setTimeout(resolve, 2000));
    });
    const before = await stored();
    expect(await promise('/api/upload', WHOLE, 3000)).toBe('201');
    expect((await stored()).rows.files).toBe(before.rows.files! + 1);
  });
});
