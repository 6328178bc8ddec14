import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { openAsBlob } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { UploadError, uploadFiles, type UploadProgress } from '../../../client/src/upload';
import {
  answers,
  breaksOff,
  hangs,
  refusal,
  UploadServer,
  type Reply,
} from '../../support/upload-server';

const STORED = [{ id: 1, name: 'a.txt' }];
const A = new File(['first'], 'a.txt', { type: 'text/plain' });
const B = new File(['second'], 'b ü".txt', { type: 'text/plain' });

let server: UploadServer;
const start = async (...replies: Reply[]) => (server = await UploadServer.start(replies));
afterEach(() => server?.stop());

/** The fields of the only request, in their order. A file is shown by its name, type and text. */
async function fieldsOf({ received }: UploadServer): Promise<string[][]> {
  expect(received).toHaveLength(1);
  const fields: Array<Promise<string[]>> = [];
  received[0]!.form.forEach((value, name) => {
    fields.push(fieldOf(name, value));
  });
  return Promise.all(fields);
}

const fieldOf = async (name: string, value: FormDataEntryValue): Promise<string[]> =>
  typeof value === 'string' ? [name, value] : [name, value.name, value.type, await value.text()];

describe('a request', () => {
  it('has the files, and returns what the server has stored', async () => {
    const { url } = await start(answers(201, STORED));
    expect(await uploadFiles([A, B], { url: `${url}?x=1` })).toEqual(STORED);
    expect(await fieldsOf(server)).toEqual([
      ['files', 'a.txt', 'text/plain', 'first'],
      ['files', 'b ü".txt', 'text/plain', 'second'],
    ]);
    expect(server.received[0]).toMatchObject({ path: '/api/upload?x=1' });
    expect(server.received[0]?.headers).not.toHaveProperty('authorization');
  });

  it('has one file without a list, and the name "blob" for a Blob', async () => {
    const { url } = await start(answers(201, STORED));
    await uploadFiles(new Blob(['first']), { url });
    expect(await fieldsOf(server)).toMatchObject([['files', 'blob', expect.anything(), 'first']]);
  });

  it('has the link and the infos before the files, and the token', async () => {
    const { url } = await start(answers(201, STORED));
    const fileInfo = [{ caption: 'One' }, { focalPoint: { x: 1, y: 2 } }];
    await uploadFiles([A, B], {
      url,
      token: 'secret',
      ref: 'api::restaurant.restaurant',
      refId: 2,
      field: 'covers',
      locale: 'de',
      fileInfo,
    });
    expect((await fieldsOf(server)).slice(0, 6)).toEqual([
      ['ref', 'api::restaurant.restaurant'],
      ['refId', '2'],
      ['field', 'covers'],
      ['locale', 'de'],
      ['fileInfo', JSON.stringify(fileInfo)],
      ['files', 'a.txt', 'text/plain', 'first'],
    ]);
    expect(server.received[0]?.headers.authorization).toBe('Bearer secret');
  });
});

describe('the progress', () => {
  it('counts the bytes of the body to the end', async () => {
    const { url } = await start(answers(201, STORED));
    const seen: UploadProgress[] = [];
    await uploadFiles([A, B], {
      url,
      fileInfo: [{ caption: 'Öne' }, {}],
      onProgress: (one) => seen.push(one),
    });
    const { bytes, headers } = server.received[0]!;
    expect(headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(seen.at(-1)).toEqual({ loaded: bytes, total: bytes });
    expect(seen.every(({ total }) => total === bytes)).toBe(true);
    expect((await fieldsOf(server)).slice(-2)).toEqual([
      ['files', 'a.txt', 'text/plain', 'first'],
      ['files', 'b ü".txt', 'text/plain', 'second'],
    ]);
  });

  it('grows in steps, and a file on the disk is read only as fast as it is sent', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'client-upload-'));
    try {
      const name = path.join(folder, 'large.bin');
      await writeFile(name, '');
      const handle = await open(name, 'r+');
      await handle.truncate(64_000_000);
      await handle.close();
      let resume = () => {};
      const paused = new Promise<void>((resolve) => (resume = resolve));
      const { url } = await start(async (request, response, server) => {
        request.pause();
        await paused;
        await answers(201, STORED)(request, response, server);
      });
      const seen: number[] = [];
      const blob = await openAsBlob(name);
      const uploaded = uploadFiles(blob, { url, onProgress: ({ loaded }) => seen.push(loaded) });
      await new Promise((resolve) => setTimeout(resolve, 500));
      const before = seen.at(-1)!;
      resume();
      await uploaded;
      expect(before).toBeGreaterThan(0);
      expect(before).toBeLessThan(32_000_000);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(seen.at(-1)).toBe(server.received[0]?.bytes);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('an error', () => {
  /** The error of an upload. */
  const errorOf = async (reply: Reply): Promise<UploadError> => {
    const { url } = await start(reply);
    const error: unknown = await uploadFiles(A, { url, retry: 2 }).catch((error) => error);
    expect(server.begun).toBe(1);
    expect(error).toBeInstanceOf(UploadError);
    return error as UploadError;
  };
  const TOO_LARGE = { file: 'a.txt', code: 'TOO_LARGE', message: 'It is large.' };
  const DAY = { code: 'FILES_PER_DAY', message: 'No more today.' };
  const HTML = '<html>';

  it.each<[string, Reply, object]>([
    [
      'has the refused files',
      answers(413, refusal(413, 'PayloadTooLargeError', [TOO_LARGE])),
      { status: 413, code: 'TOO_LARGE', errors: [TOO_LARGE], message: 'It is 413.' },
    ],
    [
      'has the name of an error without a code',
      answers(403, refusal(403, 'ForbiddenError')),
      { status: 403, code: 'ForbiddenError', errors: [], message: 'It is 403.' },
    ],
    [
      'has the status of an answer that is not of Strapi',
      answers(502, HTML),
      { status: 502, code: 'HTTP_502', errors: [] },
    ],
    [
      'has the seconds after which the server allows more, if these are many',
      answers(429, refusal(429, 'RateLimitError', [DAY]), { 'Retry-After': '3600' }),
      { status: 429, code: 'FILES_PER_DAY', retryAfter: 3600 },
    ],
    ['is a 503 that names no time', answers(503, HTML), { status: 503, retryAfter: undefined }],
    [
      'is a 503 whose time cannot be read',
      answers(503, HTML, { 'Retry-After': 'soon' }),
      { status: 503, retryAfter: undefined },
    ],
    ['is an answer that is no list', answers(201, HTML), { status: 201, code: 'BAD_ANSWER' }],
    ['is an answer that breaks off', breaksOff(201), { status: 201, code: 'BAD_ANSWER' }],
    ['is a refusal that breaks off', breaksOff(400), { status: 400, code: 'HTTP_400' }],
  ])('%s, and is final', async (_, reply, expected) => {
    const error = await errorOf(reply);
    expect(error).toMatchObject({ name: 'UploadError', cause: undefined, ...expected });
  });
});

describe('an abort', () => {
  it('rejects with the reason of the signal while the request runs', async () => {
    const { url } = await start(hangs, hangs);
    for (const onProgress of [undefined, () => {}]) {
      const controller = new AbortController();
      setTimeout(() => controller.abort('enough'), 100);
      const uploaded = uploadFiles(A, { url, onProgress, signal: controller.signal, retry: 5 });
      await expect(uploaded).rejects.toBe('enough');
    }
  });

  it('sends nothing if it came before', async () => {
    const { url } = await start();
    const signal = AbortSignal.abort('early');
    await expect(uploadFiles(A, { url, signal })).rejects.toBe('early');
    expect(server.begun).toBe(0);
  });

  it('rejects with an error of its own if the platform has no reasons', async () => {
    const signal = { aborted: true } as AbortSignal;
    await expect(uploadFiles(A, { signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('changes nothing after the answer', async () => {
    const { url } = await start(answers(201, STORED));
    const controller = new AbortController();
    const stored = await uploadFiles(A, { url, signal: controller.signal });
    controller.abort();
    expect(stored).toEqual(STORED);
  });
});
