import type { DeriveDeps } from '../../../server/src/upload/derive/derive';
import { deriveFile } from '../../../server/src/upload/derive/derive-file';

it('begins with one file in each round of the event loop', async () => {
  let begun = 0;
  const imageOverrides = () => {
    begun += 1;
    throw new Error('no more of it');
  };
  const begin = () =>
    deriveFile(
      ...([{}, {}, { imageOverrides } as unknown as DeriveDeps] as Parameters<typeof deriveFile>)
    );
  const files = [1, 2, 3].map(begin);
  const outcomes = Promise.allSettled(files);
  const seen: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await new Promise(setImmediate);
    seen.push(begun);
  }
  expect(seen).toEqual([1, 2, 3]);
  expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
});
