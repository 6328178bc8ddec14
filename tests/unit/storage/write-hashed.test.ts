import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeHashed } from '../../../server/src/storage/write-hashed';

const KB = 2 ** 10;
const MB = 2 ** 20;

/** A body whose chunks the test sends one by one. */
function sent() {
  const chunks: Array<Buffer | Error | null> = [];
  let wake = () => {};
  const put = (chunk: Buffer | Error | null) => {
    chunks.push(chunk);
    wake();
  };
  async function* body() {
    for (;;) {
      while (chunks.length === 0) {
        await new Promise<void>((resolve) => (wake = resolve));
      }
      const chunk = chunks.shift();
      if (!chunk) {
        return;
      }
      if (chunk instanceof Error) {
        throw chunk;
      }
      yield chunk;
    }
  }
  return {
    body: body(),
    send: (chunk: Buffer) => put(chunk),
    end: () => put(null),
    fail: () => put(new Error('broken off')),
  };
}

describe('writing and hashing bodies', () => {
  let folder: string;
  let handles: FileHandle[];
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'write-hashed-'));
    handles = [];
  });
  afterEach(async () => {
    await Promise.all(handles.map((handle) => handle.close()));
    await rm(folder, { recursive: true });
  });

  /** Begins to write a body to a file. */
  const begin = async (name: string) => {
    const file = path.join(folder, name);
    const handle = await open(file, 'wx');
    handles.push(handle);
    const one = { ...sent(), file, writes: [] as number[] };
    const written = writeHashed(one.body, handle, async (bytes) => void one.writes.push(bytes));
    return Object.assign(one, { written });
  };

  const chunk = Buffer.alloc(64 * KB, 'chunk');
  const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);

  /** Sends chunks to all bodies in turn, and lets each body take them. */
  const send = async (all: Array<Awaited<ReturnType<typeof begin>>>, chunks: number) => {
    for (let count = 0; count < chunks; count += 1) {
      all.forEach((one) => one.send(chunk));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  it('writes a body in large pieces, with its size and hash', async () => {
    const one = await begin('one');
    await send([one], 40);
    one.end();

    const sha256 = createHash('sha256')
      .update(Buffer.concat(Array.from({ length: 40 }, () => chunk)))
      .digest('hex');
    expect(await one.written).toEqual({ size: 40 * chunk.length, sha256 });
    expect(one.writes).toEqual([MB, MB, 8 * chunk.length]);
    const bytes = await readFile(one.file);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  });

  it('holds no more than 32 MB of many bodies, and a small piece of each', async () => {
    const bodies = await Promise.all(Array.from({ length: 200 }, (_, at) => begin(`${at}`)));
    await send(bodies, 12);
    const written = () => sum(bodies.flatMap(({ writes }) => writes));
    const came = bodies.length * 12 * chunk.length;
    for (let looks = 0; looks < 500 && came - written() > 34 * MB; looks += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(came - written()).toBeLessThanOrEqual(34 * MB);

    bodies.forEach(({ end }) => end());
    const ends = await Promise.all(bodies.map(({ written: end }) => end));
    expect(new Set(ends.map(({ size }) => size))).toEqual(new Set([12 * chunk.length]));
    expect(new Set(ends.map(({ sha256 }) => sha256)).size).toBe(1);
  });

  it.each(['first', 'second'])('counts bodies no more that have broken off: %s', async () => {
    const bodies = await Promise.all(Array.from({ length: 40 }, (_, at) => begin(`${at}`)));
    await send(bodies, 12);
    bodies.forEach(({ fail }) => fail());
    const ends = await Promise.allSettled(bodies.map(({ written }) => written));
    expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(['rejected']));
    // Each of the two runs sends 30 MB. If the bytes of the first run still counted, the second run would write small
    // pieces.
    expect(bodies.flatMap(({ writes }) => writes)).toEqual([]);
  });
});
