import http from 'node:http';
import net from 'node:net';
import { once } from 'node:events';
import request from 'supertest';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { MULTIPART, multipart, send, type RawAnswer } from '../support/raw';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';
import { stateOf } from '../support/state';

const BOUNDARY = /boundary=(.*)$/.exec(MULTIPART['content-type'])![1]!;

let server: Server;
beforeAll(async () => {
  server = await startServer();
  await allowPublic(server, UPLOAD_ACTIONS);
  await request(server.url)
    .post('/api/upload')
    .attach('files', samples.csv(), 'first.csv')
    .expect(201);
});
afterAll(() => server.stop());

const file = (
  params = 'filename="a.txt"',
  type: string | undefined = 'text/plain',
  content: string | Buffer = 'x'
) => ({
  name: 'files',
  params,
  ...(type === undefined ? {} : { type }),
  content,
});
const part = (headers: string, content = 'x') =>
  `--${BOUNDARY}\r\n${headers}\r\n\r\n${content}\r\n`;
const END = `--${BOUNDARY}--\r\n`;
const DISPOSITION = 'Content-Disposition: form-data; name="files"; filename="a.txt"';
const post = (
  body: Buffer | string | Iterable<string | Buffer>,
  headers: http.OutgoingHttpHeaders = MULTIPART
) =>
  send(server.url, {
    headers,
    chunks: typeof body === 'string' || Buffer.isBuffer(body) ? [body] : body,
  });
const contentType = (boundary: string) => ({
  'content-type': `multipart/form-data; boundary=${boundary}`,
});

/** Peak memory (RSS) of the server in bytes. */
const peak = () => server.inside(() => process.resourceUsage().maxRSS * 1024);

describe('what is meant to be accepted is accepted:', () => {
  const accepted = async (answer: RawAnswer, expected: Record<string, unknown> = {}) => {
    expect(answer.json()).toMatchObject([expected]);
    expect(answer.status).toBe(201);
  };

  it.each([
    ['a preamble and an epilogue', `hello\r\n${part(DISPOSITION)}${END}\r\ngood bye`],
    ['no line break after the closing boundary', `${part(DISPOSITION)}--${BOUNDARY}--`],
    ['blanks behind a boundary', `--${BOUNDARY}  \r\n${DISPOSITION}\r\n\r\nx\r\n${END}`],
    [
      'header names in any case',
      `${part(DISPOSITION.replace('Content-Disposition', 'CONTENT-disposition'))}${END}`,
    ],
    ['a part without Content-Type', `${part(DISPOSITION)}${END}`],
    ['a nonsense type', `${part(`${DISPOSITION}\r\nContent-Type: bogus-type`)}${END}`],
    [
      'a type of 300 characters',
      `${part(`${DISPOSITION}\r\nContent-Type: text/${'x'.repeat(300)}`)}${END}`,
    ],
    [
      'a field named __proto__',
      `${part('Content-Disposition: form-data; name="__proto__"')}${part(DISPOSITION)}${END}`,
    ],
    [
      'a field named constructor',
      `${part('Content-Disposition: form-data; name="constructor"')}${part(DISPOSITION)}${END}`,
    ],
  ])('%s', async (_what, body) => accepted(await post(body), { ext: '.txt', mime: 'text/plain' }));

  it('base64, decoded', async () => {
    const encoded = `${DISPOSITION}\r\nContent-Transfer-Encoding: base64`;
    const answer = await post(
      `${part(encoded, Buffer.from('plain text').toString('base64'))}${END}`
    );
    const [{ url }] = answer.json() as unknown as [{ url: string }];
    expect(await (await fetch(server.url + url)).text()).toBe('plain text');
  });

  it('a Content-Length that is too large, once the closing boundary is there', async () => {
    const body = multipart([file()]);
    const req = http.request(server.url, {
      method: 'POST',
      path: '/api/upload',
      headers: { ...MULTIPART, 'content-length': body.length + 100 },
    });
    req.on('error', () => {});
    req.write(body);
    const [response] = (await once(req, 'response')) as [http.IncomingMessage];
    expect(response.statusCode).toBe(201);
    req.destroy();
  });

  it('1000 files in one request', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `${i}.txt`);
    const answer = await post(multipart(names.map((name) => file(`filename="${name}"`))));
    expect(answer.status).toBe(201);
    const created = answer.json() as unknown as Array<{ name: string }>;
    expect(created.map(({ name }) => name)).toEqual(names);
  });

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['a\0b.txt', 'ab.txt'],
    ['a%0D%0Ab.txt', 'ab.txt'],
    ['say %22hi%22.txt', 'say "hi".txt'],
    [`${'x'.repeat(251)}.txt`, `${'x'.repeat(251)}.txt`],
    [`${'x'.repeat(5000)}.txt`, `${'x'.repeat(251)}.txt`],
    ['...', 'unnamed'],
    ['   ', 'unnamed'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['e\u0301.txt', '\u00e9.txt'],
    ['\u{1f600}\u{1f680}.txt', '\u{1f600}\u{1f680}.txt'],
    ['con.txt', 'con.txt'],
    ['LPT1', 'LPT1'],
    ['.htaccess', '.htaccess'],
    ['a<b>:c|d?*.txt', 'a<b>:c|d?*.txt'],
  ])('a file named %j, as %j', async (sent, name) => {
    const answer = await post(multipart([file(`filename="${sent}"`)]));
    await accepted(answer, { name });
    const [{ url, hash }] = answer.json() as unknown as [{ url: string; hash: string }];
    expect(hash).toMatch(/^[A-Za-z0-9_-]{1,140}_[0-9a-f]{10}$/);
    expect(await (await fetch(server.url + url)).text()).toBe('x');
  });

  it('a name in filename*, and an empty one in it', async () => {
    await accepted(await post(multipart([file("filename*=UTF-8''%F0%9F%98%80.txt")])), {
      name: '😀.txt',
    });
    await accepted(await post(multipart([file('filename="a.txt"; filename*=UTF-8\'\'')])), {
      name: 'a.txt',
    });
  });
});

describe('the rest is refused at once, and leaves nothing:', () => {
  const refused = async (work: () => Promise<RawAnswer>, status: number, message: RegExp) => {
    const before = { state: await stateOf(server), peak: await peak(), time: Date.now() };
    const answer = await work();
    expect([answer.status, answer.json().error?.message]).toEqual([
      status,
      expect.stringMatching(message),
    ]);
    expect(await stateOf(server)).toEqual(before.state);
    expect((await peak()) - before.peak).toBeLessThan(60 * 2 ** 20);
    expect(Date.now() - before.time).toBeLessThan(20_000);
  };

  it.each([
    ['newlines without CR', `${part(DISPOSITION)}${END}`.replaceAll('\r\n', '\n')],
    [
      'a newline without CR behind the first boundary',
      `--${BOUNDARY}\n${DISPOSITION}\r\n\r\nx\r\n${END}`,
    ],
    ['a boundary that never comes', `${part(DISPOSITION)}${END}`.replaceAll(BOUNDARY, 'another')],
    ['garbage', '\u0000\u0001garbage\r\n\r\n--'],
    ['nothing but the closing boundary', END],
    ['a header without a colon', `${part('Content-Disposition')}${END}`],
    ['a part without headers', `--${BOUNDARY}\r\n\r\n\r\nx\r\n${END}`],
    ['a part that names no field', `${part('Content-Type: text/plain')}${END}`],
    ['CR and LF in a file name', `${part(DISPOSITION.replace('a.txt', 'a\r\nb.txt'))}${END}`],
    [
      'quoted-printable',
      `${part(`${DISPOSITION}\r\nContent-Transfer-Encoding: quoted-printable`)}${END}`,
    ],
    ['files[] instead of files', `${part(DISPOSITION.replace('"files"', '"files[]"'))}${END}`],
    ['an empty file', `${part(DISPOSITION, '')}${END}`],
  ])('%s', (_what, body) => refused(() => post(body), 400, /./));

  it.each([
    ['empty', contentType('')],
    ['quoted and empty', contentType('""')],
    ['of 300 characters', contentType('b'.repeat(300))],
    ['with a control character', contentType('"a\tb"')],
  ])('a boundary that is %s', (_what, headers) =>
    refused(() => post(multipart([file()]), headers), 400, /boundary/)
  );

  it('a gzipped body', () =>
    refused(
      () => post('x', { ...MULTIPART, 'content-encoding': 'gzip' }),
      415,
      /Content-Encoding/
    ));

  it('3 MB before the first boundary', () =>
    refused(() => post(`${'x'.repeat(3_000_000)}\r\n${multipart([file()])}`), 413, /form fields/));

  it('10 000 headers in a part', () => {
    const headers = Array.from({ length: 10_000 }, (_, i) => `X-${i}: ${i}`).join('\r\n');
    return refused(() => post(`${part(`${headers}\r\n${DISPOSITION}`)}${END}`), 413, /headers/);
  });

  it('a header of 1 MB', () =>
    refused(() => post(`${part(`X: ${'x'.repeat(1 << 20)}`)}${END}`), 413, /headers/));

  it('10 000 files', () => {
    const parts = Array.from({ length: 10_000 }, (_, i) => file(`filename="${i}.txt"`));
    return refused(() => post(multipart(parts)), 413, /1000 files/);
  });

  it('10 000 fields', () => {
    const parts = Array.from({ length: 10_000 }, (_, i) => ({ name: `f${i}`, content: 'x' }));
    return refused(() => post(multipart(parts)), 413, /1000 form fields/);
  });

  it('one field of 30 MB', () => {
    function* body() {
      yield `--${BOUNDARY}\r\nContent-Disposition: form-data; name="fileInfo"\r\n\r\n`;
      for (let i = 0; i < 30; i += 1) {
        yield Buffer.alloc(1_000_000, 'x');
      }
      yield `\r\n${END}`;
    }
    return refused(() => post(body()), 413, /form fields of the request are larger/);
  });

  it('a Content-Length that is too small', async () => {
    const before = await stateOf(server);
    const body = multipart([file()]);
    const socket = net.connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `POST /api/upload HTTP/1.1\r\nHost: x\r\nContent-Type: ${MULTIPART['content-type']}\r\n` +
        `Content-Length: ${body.length - 20}\r\n\r\n`
    );
    socket.write(body);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1.1 400 /);
    socket.destroy();
    expect(await stateOf(server)).toEqual(before);
  });
});
