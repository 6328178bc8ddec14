import { UploadError, uploadFiles } from '../../../client/src/upload';
import {
  answers,
  disconnects,
  refusal,
  UploadServer,
  type Reply,
} from '../../support/upload-server';

const STORED = [{ id: 1, name: 'a.txt' }];
const FILE = new File(['first'], 'a.txt', { type: 'text/plain' });

let server: UploadServer;
const start = async (...replies: Reply[]) => (server = await UploadServer.start(replies));
afterEach(() => server?.stop());

/** Time in ms that some work takes. */
async function timeOf(work: Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work;
  return performance.now() - begin;
}

/** A date with whole seconds, as the header Retry-After contains it. */
const inSeconds = (seconds: number) =>
  new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000).toUTCString();

const busy = (status: number, after: string) =>
  answers(status, refusal(status, 'BusyError'), { 'Retry-After': after });

describe('another attempt', () => {
  it.each<[string, Reply, number]>([
    ['follows a lost connection', disconnects, 500],
    ['follows a 503 after the seconds that it names', busy(503, '1'), 1000],
    ['follows a 503 at once if it names 0 seconds', busy(503, '0'), 0],
    ['follows a 429 after the seconds that it names', busy(429, '1'), 1000],
    ['follows a date that has passed at once', busy(503, inSeconds(-100)), 0],
  ])('%s', async (_, reply, least) => {
    const { url } = await start(reply, answers(201, STORED));
    const uploaded = uploadFiles(FILE, { url, retry: 1 });
    const time = await timeOf(uploaded);
    expect(await uploaded).toEqual(STORED);
    expect(time).toBeGreaterThan(least - 20);
    expect(time).toBeLessThan(least + 10_000);
    const texts = server.received.map(async ({ form }) => (form.get('files') as File).text());
    expect(await Promise.all(texts)).toEqual(['first', 'first']);
  });

  it('follows with the same progress, from the beginning', async () => {
    const { url } = await start(busy(503, '0'), answers(201, STORED));
    const seen: number[] = [];
    const onProgress = ({ loaded }: { loaded: number }) => seen.push(loaded);
    await uploadFiles(FILE, { url, retry: 1, onProgress });
    const { bytes } = server.received[0]!;
    expect(seen.filter((loaded) => loaded === bytes)).toHaveLength(2);
  });

  it('follows later each time, as often as asked for', async () => {
    const { url } = await start(disconnects, disconnects, disconnects, answers(201, STORED));
    const begin = performance.now();
    const error: unknown = await uploadFiles(FILE, { url, retry: 2 }).catch((error) => error);
    expect(performance.now() - begin).toBeGreaterThan(1480);
    expect(server.begun).toBe(3);
    expect(error).toBeInstanceOf(UploadError);
    const cause = { message: 'fetch failed' };
    expect(error).toMatchObject({ status: 0, code: 'NETWORK', errors: [], cause });
  });

  it.each<[string, Reply, number | undefined]>([
    ['unless it is asked for', disconnects, undefined],
    ['a 503 that asks for more than a minute', busy(503, '61'), 5],
    ['a date that is more than a minute away', busy(429, inSeconds(120)), 5],
    ['another status with a time', busy(500, '0'), 5],
  ])('does not follow %s', async (_, reply, retry) => {
    const { url } = await start(reply, answers(201, STORED));
    await expect(uploadFiles(FILE, { url, retry })).rejects.toBeInstanceOf(UploadError);
    expect(server.begun).toBe(1);
  });

  it('does not follow an abort in the pause before it', async () => {
    const { url } = await start(busy(503, '60'), answers(201, STORED));
    const controller = new AbortController();
    setTimeout(() => controller.abort('enough'), 200);
    const uploaded = uploadFiles(FILE, { url, retry: 1, signal: controller.signal });
    const time = await timeOf(expect(uploaded).rejects.toBe('enough'));
    expect(time).toBeLessThan(10_000);
    expect(server.begun).toBe(1);
  });
});
