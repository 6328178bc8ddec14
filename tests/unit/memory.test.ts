import { setTimeout } from 'node:timers/promises';
import { giveBack } from '../../server/src/images/memory';

it('gives memory back at once', async () => {
  // The port is being closed when the module has just been loaded.
  await setTimeout(50);
  const size = 50_000_000;
  const before = process.memoryUsage().arrayBuffers;
  const buffers = [new ArrayBuffer(size), new ArrayBuffer(size)];
  const { arrayBuffers } = process.memoryUsage();
  expect(arrayBuffers - before).toBeGreaterThan(1.9 * size);
  giveBack(buffers);
  expect(buffers.map(({ byteLength }) => byteLength)).toEqual([0, 0]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(0.1 * size);
});
