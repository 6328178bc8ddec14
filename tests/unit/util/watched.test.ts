import { watched } from '../../../server/src/util/watched';

/** A body with one chunk for each byte. Its state shows whether the reader has ended the iterator. */
function bodyOf(...bytes: number[]) {
  const state = { ended: false };
  async function* chunks() {
    try {
      for (const byte of bytes) {
        yield Buffer.from([byte]);
      }
    } finally {
      state.ended = true;
    }
  }
  return { state, body: chunks() };
}

describe('a watched body', () => {
  it('has each chunk looked at before it is handed on', async () => {
    const { body } = bodyOf(1, 2, 3);
    const told: string[] = [];
    for await (const [byte] of watched(body, ([seen]) => void told.push(`seen ${seen}`))) {
      told.push(`got ${byte}`);
    }
    expect(told).toEqual(['seen 1', 'got 1', 'seen 2', 'got 2', 'seen 3', 'got 3']);
  });

  it('is ended where somebody throws at a chunk, and its reader hears of it', async () => {
    const { body, state } = bodyOf(1, 2, 3);
    const refused = (async () => {
      for await (const chunk of watched(body, ([byte]) => {
        if (byte === 2) {
          throw new Error('two');
        }
      })) {
        void chunk;
      }
    })();
    await expect(refused).rejects.toThrow('two');
    expect(state.ended).toBe(true);
  });

  it('is ended where its reader stops', async () => {
    const { body, state } = bodyOf(1, 2, 3);
    for await (const chunk of watched(body, () => {})) {
      void chunk;
      break;
    }
    expect(state.ended).toBe(true);
  });
});
