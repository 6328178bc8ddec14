import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { MULTIPART, multipart } from '../support/raw';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';
import { stateOf } from '../support/state';

let server: Server;

/** The lowest allowed rate of a body. A body may be at most one second behind this rate. */
const minimumRate = { bytesPerSecond: 1000, after: 1 };

beforeAll(async () => {
  server = await sharedServer({ minimumRate });
  await allowPublic(server, [...UPLOAD_ACTIONS, 'api::restaurant.restaurant.create']);
});
afterAll(() => server.stop());

const setRate = (rate: typeof minimumRate | false) =>
  server.inside((strapi, rate) => void strapi.config.set('plugin::upload.minimumRate', rate), rate);

/** A body with one file of 100 kB in this field. */
const body = (name = 'files') =>
  multipart([
    { name: 'data', content: '{"name":"Chez Test"}' },
    { name, params: 'filename="a.txt"', content: Buffer.alloc(100_000, 'x') },
  ]);

/** Sends a request over a socket, and reads the answer until the server closes the connection. */
async function talk(
  path: string,
  whole: Buffer,
  sendBody: (socket: net.Socket) => Promise<void>,
  headers = ''
): Promise<{ answer: string; took: number }> {
  const { hostname, port } = new URL(server.url);
  const socket = net.connect(Number(port), hostname);
  socket.setTimeout(20_000, () => socket.destroy());
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${whole.length}\r\n` +
      `Content-Type: ${MULTIPART['content-type']}\r\n${headers}\r\n`
  );
  const begun = performance.now();
  const sent = sendBody(socket).catch(() => {});
  let answer = '';
  socket.on('error', () => {});
  for await (const chunk of socket.setEncoding('utf8')) {
    answer += chunk;
  }
  const took = performance.now() - begun;
  await sent;
  return { answer, took };
}

describe('a client that sends too slowly', () => {
  const silent = (whole: Buffer) => async (socket: net.Socket) => {
    socket.write(whole.subarray(0, 70_000));
  };
  const dripping = (whole: Buffer) => async (socket: net.Socket) => {
    for (let at = 0; at < whole.length && socket.writable; at += 10) {
      socket.write(whole.subarray(at, at + 10));
      await wait(100);
    }
  };

  it.each([
    ['falls silent', '/api/upload', body(), silent, ''],
    ['falls silent and would close itself', '/api/upload', body(), silent, 'Connection: close\r\n'],
    ['drips', '/api/upload', body(), dripping, ''],
    ['sends an entry with its file', '/api/restaurants', body('files.covers'), silent, ''],
    [
      'sends fields only',
      '/api/upload',
      multipart([{ name: 'ref', content: 'x'.repeat(90_000) }]),
      silent,
      '',
    ],
  ])('and %s is answered 408, and gone', async (_how, path, whole, how, headers) => {
    const before = await stateOf(server);
    const { answer, took } = await talk(path, whole, how(whole), headers);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toEqual({
      data: null,
      error: {
        status: 408,
        name: 'RequestTimeoutError',
        message: 'The request body arrived too slowly. Nothing was stored.',
        details: {},
      },
    });
    // The request has ended within ten seconds. So the bytes that arrived have not extended the time limit. And after
    // its answer, the server has not waited for the rest of the body: it would wait for ten seconds.
    expect(took).toBeLessThan(10_000);
    expect(await stateOf(server)).toEqual(before);
    expect(server.output()).not.toContain('RequestTimeoutError');
  });

  it('is waited for where that is switched off', async () => {
    await setRate(false);
    const whole = body();
    const late = async (socket: net.Socket) => {
      socket.write(whole.subarray(0, 70_000));
      await wait(2500);
      socket.write(whole.subarray(70_000));
      await eventually(async () => socket.readableEnded, 'it is answered');
    };
    const { answer } = await talk('/api/upload', whole, late, 'Connection: close\r\n');
    await setRate(minimumRate);
    expect(answer).toMatch(/^HTTP\/1\.1 201 /);
  });
});

it('a client does not wait for itself while the server looks at its files', async () => {
  await server.inside((strapi) => {
    const security = strapi.config.get<object>('plugin::upload.security');
    const scan = () => new Promise((resolve) => setTimeout(resolve, 1500));
    strapi.config.set('plugin::upload.security', { ...security, scan });
  });
  const file = { name: 'files', params: 'filename="a.txt"', content: Buffer.alloc(400_000, 'x') };
  const whole = multipart([file, file, file]);
  const atOnce = async (socket: net.Socket) => {
    socket.write(whole);
  };
  const { answer, took } = await talk('/api/upload', whole, atOnce, 'Connection: close\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 201 /);
  expect(took).toBeGreaterThan(4400);
});
