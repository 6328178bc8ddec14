import { setTimeout } from 'node:timers/promises';
import { giveBack } from '../../../server/src/images/render/memory';

it('gives memory back at once', async () => {
  // The port is being closed when the module has just been loaded.
  await setTimeout(50);
  const size = 50_000_000;
  const buffers = [new ArrayBuffer(size), new ArrayBuffer(size)];
  // Both looks in one turn: what else is collected meanwhile makes the second one smaller, never larger.
  const before = process.memoryUsage().arrayBuffers;
  giveBack(buffers);
  expect(buffers.map(({ byteLength }) => byteLength)).toEqual([0, 0]);
  expect(before - process.memoryUsage().arrayBuffers).toBeGreaterThan(1.9 * size);
});
