import http from 'node:http';
import net from 'node:net';
import { once } from 'node:events';
import request from 'supertest';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { MULTIPART, multipart, multipartStream, send } from '../support/raw';
import * as samples from '../support/samples';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';
import { stateOf, type State } from '../support/state';

const CONFIG = { sizeLimit: 1_000_000, security: { deniedTypes: ['text/html'] } };

let server: Server;
let before: State;

beforeAll(async () => {
  server = await sharedServer(CONFIG);
  await allowPublic(server, UPLOAD_ACTIONS);
  // The first upload makes the folder for REST uploads, so that `before` includes it.
  await request(server.url)
    .post('/api/upload')
    .attach('files', samples.csv(), 'first.csv')
    .expect(201);
  before = await stateOf(server);
});
afterAll(() => server.stop());
afterEach(async () => expect(await stateOf(server)).toEqual(before));

const refused = async (
  chunks: Iterable<Buffer | string>,
  headers: http.OutgoingHttpHeaders = MULTIPART,
  path?: string
) => {
  const answer = await send(server.url, { headers, chunks, ...(path ? { path } : {}) });
  const { error, data } = answer.json();
  expect(data).toBeNull();
  expect(error).toMatchObject({ status: answer.status });
  return error!;
};
const file = (name = 'a.txt', content: Buffer | string = 'content') => ({
  name: 'files',
  params: `filename="${name}"`,
  type: 'text/plain',
  content,
});

describe('a request that is refused leaves everything as it was:', () => {
  it('no multipart body', async () => {
    const { status, message } = await refused(['{"a":1}'], { 'content-type': 'application/json' });
    expect(status).toBe(400);
    expect(message).toContain('multipart/form-data');
  });

  it('no body at all', async () => {
    expect((await refused([], {})).status).toBe(400);
  });

  it('another kind of multipart', async () => {
    expect((await refused(['x'], { 'content-type': 'multipart/mixed; boundary=x' })).status).toBe(
      400
    );
  });

  it('a missing boundary', async () => {
    const { status, message } = await refused(['x'], { 'content-type': 'multipart/form-data' });
    expect(status).toBe(400);
    expect(message).toContain('boundary');
  });

  it('a body that is garbage', async () => {
    expect((await refused(['garbage'])).status).toBe(400);
  });

  it('a body cut off anywhere', async () => {
    const whole = multipart([{ name: 'fileInfo', content: '{}' }, file()]);
    for (let length = 0; length < whole.length - 3; length += 7) {
      const { status, message } = await refused([whole.subarray(0, length)]);
      expect([status, message]).toEqual([400, expect.stringMatching(/ends before|empty/)]);
    }
  });

  it('no files', async () => {
    const { status, message } = await refused([multipart([{ name: 'ref', content: 'x' }])]);
    expect(status).toBe(400);
    expect(message).toContain('Files are empty');
  });

  it('a form in which no file was chosen', async () => {
    const unfilled = {
      name: 'files',
      params: 'filename=""',
      type: 'application/octet-stream',
      content: '',
    };
    expect((await refused([multipart([unfilled])])).message).toContain('Files are empty');
  });

  it('a form that sends bytes without a name', async () => {
    const unnamed = { name: 'files', params: 'filename=""', type: 'text/html', content: '<html>' };
    const { details } = await refused([multipart([{ ...unnamed, content: '' }, unnamed])]);
    // The part without bytes is a file input in which the user chose nothing. The other part is a file.
    expect(details).toMatchObject({ errors: [{ code: 'TYPE_NOT_ALLOWED', file: '' }] });
  });

  it('an empty file', async () => {
    const { status, details } = await refused([multipart([file('empty.txt', '')])]);
    expect(status).toBe(400);
    expect(details).toMatchObject({ errors: [{ file: 'empty.txt', code: 'EMPTY' }] });
  });

  it('a file in another field than files', async () => {
    const { status, message } = await refused([multipart([{ ...file(), name: 'document' }])]);
    expect(status).toBe(400);
    expect(message).toContain('"document"');
  });

  it('fileInfo that is not JSON, before and after the file', async () => {
    const info = { name: 'fileInfo', content: '{bad' };
    for (const parts of [
      [info, file()],
      [file(), info],
    ]) {
      const { status, message } = await refused([multipart(parts)]);
      expect([status, message]).toEqual([400, 'fileInfo is not valid JSON.']);
    }
  });

  it('one fileInfo for two files', async () => {
    const parts = [file(), file(), { name: 'fileInfo', content: '{"caption":"x"}' }];
    expect((await refused([multipart(parts)])).message).toContain('list');
  });

  it('an unknown id', async () => {
    expect((await refused([multipart([file()])], MULTIPART, '/api/upload?id=12345')).status).toBe(
      404
    );
  });

  it('two ids', async () => {
    const path = '/api/upload?id=1&id=2';
    expect((await refused([multipart([file()])], MULTIPART, path)).status).toBe(400);
  });

  it('two files with ?id=', async () => {
    const { status, message } = await refused(
      [multipart([file(), file()])],
      MULTIPART,
      '/api/upload?id=1'
    );
    expect(status).toBe(400);
    expect(message).toContain('multiple');
  });

  it('a file of a denied type among others, each refused one named', async () => {
    const parts = [file('ok.txt'), file('bad.html', '<html></html>'), file('worse.htm', 'x')];
    const { status, details } = await refused([multipart(parts)]);
    expect(status).toBe(400);
    expect(details).toMatchObject({
      errors: [
        { file: 'bad.html', code: 'TYPE_NOT_ALLOWED' },
        { file: 'worse.htm', code: 'TYPE_NOT_ALLOWED' },
      ],
    });
  });

  it('a compressed body', async () => {
    const headers = { ...MULTIPART, 'content-encoding': 'gzip' };
    expect((await refused(['x'], headers)).status).toBe(415);
  });

  it.each([
    ['an unknown model', { ref: 'api::nothing.nothing', refId: '1', field: 'cover' }, 400, 'ref'],
    ['a model of no project', { ref: '__proto__', refId: '1', field: 'cover' }, 400, 'ref'],
    ['an unknown entry', { ref: 'restaurant', refId: '999', field: 'cover' }, 404, 'refId'],
    ['an id that is none', { ref: 'restaurant', refId: '-1 or 1=1', field: 'cover' }, 404, 'refId'],
    [
      'an id too large for the column',
      { ref: 'restaurant', refId: '9999999999', field: 'cover' },
      404,
      'refId',
    ],
    ['an unknown field', { ref: 'restaurant', refId: '1', field: 'nothing' }, 400, 'field'],
    [
      'an inherited name as field',
      { ref: 'restaurant', refId: '1', field: 'constructor' },
      400,
      'field',
    ],
    ['a field that holds no media', { ref: 'restaurant', refId: '1', field: 'name' }, 400, 'field'],
    ['a link without its field', { ref: 'restaurant', refId: '1' }, 400, 'field'],
    ['a link without its entry', { ref: 'restaurant', field: 'cover' }, 400, 'refId'],
  ])('%s', async (_name, fields, expected, named) => {
    const parts = Object.entries(fields).map(([name, content]) => ({ name, content }));
    for (const body of [
      [...parts, file()],
      [file(), ...parts],
    ]) {
      const { status, message } = await refused([multipart(body)]);
      expect([status, message]).toEqual([expected, expect.stringContaining(named)]);
    }
  });

  it('a link field sent twice', async () => {
    const fields = ['ref', 'ref', 'refId', 'field'].map((name) => ({ name, content: 'x' }));
    expect((await refused([multipart([...fields, file()])])).status).toBe(400);
  });
});

describe('a file over the limit', () => {
  it('is answered 413 in words, whether the client sends its length or not', async () => {
    for (const length of [undefined, multipartLength(3_000_000)]) {
      const answer = await send(server.url, {
        headers: { ...MULTIPART, ...(length ? { 'content-length': length } : {}) },
        chunks: multipartStream(3_000_000),
      });
      expect(answer.status).toBe(413);
      expect(answer.json().error).toMatchObject({
        name: 'PayloadTooLargeError',
        message: 'big.bin exceeds size limit of 1 MB.',
      });
    }
  });

  it('is answered before the body has ended', async () => {
    let ended = false;
    let answered: () => void = () => {};
    const answerCame = new Promise<void>((resolve) => (answered = resolve));
    async function* endless() {
      yield* multipartStream(2_000_000);
      await answerCame;
      ended = true;
    }
    const req = http.request(server.url, {
      method: 'POST',
      path: '/api/upload',
      headers: { ...MULTIPART, connection: 'keep-alive' },
    });
    req.on('error', () => {});
    const sending = (async () => {
      for await (const chunk of endless()) {
        req.write(chunk);
      }
      req.end();
    })();
    const [response] = (await once(req, 'response')) as [http.IncomingMessage];
    expect([response.statusCode, ended]).toEqual([413, false]);
    answered();
    await sending;
    req.destroy();
  });

  it('leaves the connection open for the next request', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const tooLarge = { headers: MULTIPART, chunks: multipartStream(50_000_000), agent };
    expect((await send(server.url, tooLarge)).status).toBe(413);
    await waitFor(async () => Object.values(agent.freeSockets).flat().length > 0);
    const [socket] = Object.values(agent.freeSockets).flat();
    const next = await send(server.url, { method: 'GET', path: '/api/upload/files', agent });
    expect(next.status).toBe(200);
    expect(Object.values(agent.freeSockets).flat()[0]).toBe(socket);
    agent.destroy();
  });

  it('is answered to a client that reads only after it has sent all', async () => {
    const socket = net.connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `POST /api/upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
        `Content-Type: ${MULTIPART['content-type']}\r\n` +
        `Content-Length: ${multipartLength(50_000_000)}\r\n\r\n`
    );
    for await (const chunk of multipartStream(50_000_000)) {
      if (!socket.write(chunk)) {
        await once(socket, 'drain');
      }
    }
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
  });
});

const multipartLength = (size: number) => {
  const empty = multipart([
    { name: 'files', params: 'filename="big.bin"', type: 'application/octet-stream', content: '' },
  ]);
  return empty.length + size;
};

describe('a client that goes away half-way', () => {
  it('leaves nothing behind, and the server goes on', async () => {
    const req = http.request(server.url, {
      method: 'POST',
      path: '/api/upload',
      headers: MULTIPART,
    });
    req.on('error', () => {});
    for await (const chunk of multipartStream(900_000)) {
      req.write(chunk);
      if (chunk.length > 100_000) {
        break;
      }
    }
    await waitFor(async () =>
      (await server.uploaded()).some((name) => name.startsWith('.staging/'))
    );
    req.destroy();
    await waitFor(async () =>
      (await server.uploaded()).every((name) => !name.startsWith('.staging/'))
    );
    await request(server.url).get('/api/upload/files').expect(200);
  });
});

async function waitFor(condition: () => Promise<boolean>) {
  for (let tries = 0; tries < 1_000; tries += 1) {
    if (await condition()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('waited in vain');
}
