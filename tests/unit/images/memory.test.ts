import { setTimeout } from 'node:timers/promises';
import { giveBack } from '../../../server/src/images/render/memory';

it('gives memory back at once', async () => {
  // The module closes a message port when it is loaded. Wait until that is done.
  await setTimeout(50);
  const size = 50_000_000;
  const buffers = [new ArrayBuffer(size), new ArrayBuffer(size)];
  // Both measurements run without a pause. A garbage collection in between could only make the second measurement
  // smaller.
  const before = process.memoryUsage().arrayBuffers;
  giveBack(buffers);
  expect(buffers.map(({ byteLength }) => byteLength)).toEqual([0, 0]);
  expect(before - process.memoryUsage().arrayBuffers).toBeGreaterThan(1.9 * size);
});
