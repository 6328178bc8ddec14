import { gzipSync } from 'node:zlib';
import { unpack, unpackedHead } from '../../../server/src/upload/inspect/packed-drawing';

const DRAWING = Buffer.from(`<svg>${'<g/>'.repeat(9000)}</svg>`);

/** Content in chunks of this length, and a state that shows whether the reader has closed the iterator. */
function chunks(content: Buffer, length: number) {
  const state = { isClosed: false, given: 0 };
  async function* give() {
    try {
      for (let at = 0; at < content.length; at += length) {
        state.given += 1;
        yield content.subarray(at, at + length);
      }
    } finally {
      state.isClosed = true;
    }
  }
  return { state, source: give() };
}

async function read(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of source) {
    all.push(chunk);
  }
  return Buffer.concat(all);
}

describe('a packed drawing', () => {
  it.each([1, 7, 64, 1e6])('comes out whole, from chunks of %d bytes', async (length) => {
    const { source } = chunks(gzipSync(DRAWING), length);
    expect((await read(unpack(source, 'a.svgz', 1e6))).equals(DRAWING)).toBe(true);
  });

  it('of many parts comes out whole', async () => {
    const { source } = chunks(Buffer.concat([gzipSync('<svg>'), gzipSync('</svg>')]), 5);
    expect(String(await read(unpack(source, 'a.svgz', 1e6)))).toBe('<svg></svg>');
  });

  it('that becomes too large is given up before the rest is asked for', async () => {
    const { source, state } = chunks(gzipSync(Buffer.alloc(200_000_000)), 4096);
    await expect(read(unpack(source, 'a.svgz', 5e6))).rejects.toMatchObject({
      refusal: { code: 'UNSAFE_SVG', message: expect.stringContaining('too large') },
    });
    expect(state).toEqual({ isClosed: true, given: 2 });
  });

  it.each([
    ['breaks off', gzipSync(DRAWING).subarray(0, -20)],
    ['has a wrong sum', Buffer.concat([gzipSync(DRAWING).subarray(0, -8), Buffer.alloc(8)])],
    ['is none', Buffer.from('words')],
  ])('that %s is refused', async (_what, content) => {
    const { source, state } = chunks(content, 16);
    await expect(read(unpack(source, 'a.svgz', 1e6))).rejects.toMatchObject({
      refusal: { code: 'UNSAFE_SVG', message: expect.stringContaining('cannot be unpacked') },
    });
    expect(state.isClosed).toBe(true);
  });

  it('fails as its source does', async () => {
    async function* source() {
      yield gzipSync(DRAWING).subarray(0, 20);
      throw new RangeError('gone');
    }
    await expect(read(unpack(source(), 'a.svgz', 1e6))).rejects.toThrow(RangeError);
  });

  it('shows its first bytes', async () => {
    expect(await unpackedHead(gzipSync('<svg/>'))).toEqual(Buffer.from('<svg/>'));
    expect(await unpackedHead(gzipSync(Buffer.alloc(1e6)))).toHaveLength(4100);
    expect(await unpackedHead(Buffer.from('words'))).toHaveLength(0);
  });
});
