import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import Koa from 'koa';
import type { VariantLookup, VariantRequest } from '../../../server/src/serving/variant-lookup';
import { serveWithVariants } from '../../../server/src/serving/variants';

type Outcome = Awaited<ReturnType<VariantLookup['lookUp']>>;

let folder: string;
let server: Server;
let address: string;
let isPrivate: boolean;
let lookUp: (request: VariantRequest) => Promise<Outcome>;
const lost = jest.fn();
const errors = jest.fn();

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'serve-variants-'));
  await writeFile(path.join(folder, 'a.txt'), 'stored');
  await writeFile(path.join(folder, 'small.txt'), 'small');
  const app = new Koa();
  app.on('error', errors);
  app.use(async (ctx) => {
    const lookup = {
      lookUp: (request: VariantRequest) => lookUp(request),
      lost,
      elsewhere: async (key: string) =>
        key === 'far.txt' ? 'https://bucket.example/far.txt' : null,
    } as unknown as VariantLookup;
    const serve = serveWithVariants({ root: folder, privateRoot: folder, isPrivate, lookup });
    await serve(ctx, ctx.path.slice(1), (_path, _stats, cacheControl) =>
      ctx.set(
        'Cache-Control',
        cacheControl?.startsWith('private') ? 'public' : (cacheControl ?? 'configured')
      )
    );
  });
  server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  isPrivate = false;
  errors.mockClear();
  lost.mockClear();
});

const get = async (outcome: Outcome, query = 'width=1', method = 'GET') => {
  lookUp = async () => outcome;
  const answer = await fetch(`${address}/a.txt?${query}`, { method });
  return [answer.status, answer.headers.get('cache-control'), await answer.text()];
};

const BYTES: Outcome = {
  kind: 'bytes',
  bytes: Buffer.from('made'),
  etag: '"a"',
  mime: 'image/png',
  name: 'a.png',
};

it.each<[string, Outcome, string, unknown[]]>([
  ['the stored file', { kind: 'stored' }, 'width=1', [200, 'configured', 'stored']],
  ['no variant', null, 'v=1', [200, 'configured', 'stored']],
  [
    'a version',
    { kind: 'stored' },
    'width=1&v=1',
    [200, 'public, max-age=31536000, immutable', 'stored'],
  ],
  ['an empty version', { kind: 'stored' }, 'width=1&v=', [200, 'configured', 'stored']],
  [
    'a faster format',
    { kind: 'stored', isTemporary: true },
    'v=1',
    [200, 'public, max-age=60', 'stored'],
  ],
  [
    'a variant that was removed meanwhile',
    { kind: 'file', name: 'h/none.jpg', isPrivate: false, size: 4 },
    'v=1',
    [200, 'no-store', 'stored'],
  ],
  ['a larger size', { kind: 'instead', key: 'small.txt' }, 'v=1', [200, 'no-store', 'small']],
  [
    'a size that is missing',
    { kind: 'instead', key: 'none.txt' },
    'v=1',
    [200, 'no-store', 'stored'],
  ],
  ['the original', { kind: 'instead', key: null }, 'v=1', [200, 'no-store', 'stored']],
  ['bytes', BYTES, 'v=1', [200, 'no-cache', 'made']],
])('answers with %s', async (_what, outcome, query, expected) => {
  expect(await get(outcome, query)).toEqual(expected);
});

it.each([
  ['was removed meanwhile', { name: 'h/none.txt', size: 4 }],
  ['has another size', { name: 'h/there.txt', size: 5 }],
])('looks again for a variant that %s', async (_what, file) => {
  await mkdir(path.join(folder, '.derived/h'), { recursive: true });
  await writeFile(path.join(folder, '.derived/h/there.txt'), 'four');
  const outcomes: Outcome[] = [{ kind: 'file', isPrivate: false, ...file }, BYTES];
  lookUp = async () => outcomes.shift() ?? null;
  const answer = await fetch(`${address}/a.txt?width=1`);
  expect(await answer.text()).toBe('made');
  expect(lost).toHaveBeenCalledTimes(1);
});

it('sends a variant of the right size', async () => {
  await mkdir(path.join(folder, '.derived/h'), { recursive: true });
  await writeFile(path.join(folder, '.derived/h/there.txt'), 'four');
  const outcome = { kind: 'file', isPrivate: false, name: 'h/there.txt', size: 4 } as const;
  expect(await get(outcome)).toEqual([200, 'configured', 'four']);
  expect(lost).not.toHaveBeenCalled();
});

it.each<[string, Outcome, number]>([
  ['a full renderer', { kind: 'busy' }, 503],
  ['a private file', { kind: 'forbidden' }, 403],
  ['a wrong query', { kind: 'wrong', message: 'no' }, 400],
])('no cache keeps the answer to %s', async (_what, outcome, status) => {
  expect((await get(outcome, 'v=1')).slice(0, 2)).toEqual([status, 'no-store']);
});

it('no cache keeps the answer to a HEAD of a variant that is not made', async () => {
  const answer = await get({ kind: 'unmade', mime: 'image/webp' }, 'v=1', 'HEAD');
  expect(answer).toEqual([200, 'no-store', '']);
});

it('no shared cache keeps a variant of a file that is private at its provider', async () => {
  await mkdir(path.join(folder, '.derived/h'), { recursive: true });
  await writeFile(path.join(folder, '.derived/h/there.txt'), 'four');
  const file = { kind: 'file', isPrivate: false, name: 'h/there.txt', size: 4 } as const;
  // The handler of these tests sets its own Cache-Control, as a project can.
  expect(await get({ ...file, privateFor: 90.5 }, 'v=1')).toEqual([
    200,
    'private, max-age=90',
    'four',
  ]);
});

it('no shared cache keeps the bytes of a private file', async () => {
  isPrivate = true;
  expect(await get(BYTES)).toEqual([200, 'private, no-cache', 'made']);
});

it('a client that is gone is no error', async () => {
  const gone = new AbortController();
  const ended = new Promise<void>((resolve) => {
    lookUp = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
          setImmediate(resolve);
        });
        gone.abort();
      });
  });
  await expect(fetch(`${address}/a.txt?width=1`, { signal: gone.signal })).rejects.toThrow();
  await ended;
  expect(errors).not.toHaveBeenCalled();
});

it('any other failure is an error', async () => {
  lookUp = () => Promise.reject(new Error('broken'));
  expect((await fetch(`${address}/a.txt?width=1`)).status).toBe(500);
  expect(errors).toHaveBeenCalledTimes(1);
});
