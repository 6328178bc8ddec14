import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { MachineFault } from '../../server/src/images/render/machine-fault';
import { planImage, type ImagePlan } from '../../server/src/images/plan/plan';
import { probe } from '../../server/src/images/header/probe';
import { Renderer, RendererEnded, Undecodable } from '../../server/src/images/render/renderer';
import { quarters } from '../support/pixels';
import { imageOptions } from '../support/image-options';

const PASSES = 2;

let folder: string;
let photo: string;
let plan: ImagePlan;
let renderer: Renderer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'renderer-'));
  photo = path.join(folder, 'photo.webp');
  await quarters(3000, 2000).webp({ effort: 0 }).toFile(photo);
  plan = planImage((await probe(photo, 'image/webp'))!, imageOptions);
  renderer = new Renderer(PASSES);
});
afterAll(async () => {
  await renderer.close();
  await rm(folder, { recursive: true });
});

describe('the thread for pictures', () => {
  it('runs as many passes at once as it may', async () => {
    const working = Promise.all([1, 2, 3, 4, 5].map(() => renderer.render(photo, plan)));
    let isOver = false;
    const ended = working.finally(() => (isOver = true));
    let most = 0;
    while (!isOver) {
      // The counters hold for the whole process. They are read twice, because an image may move from one counter to the
      // other between two reads. Only two equal readings are correct.
      const [before, after] = [sharp.counters(), sharp.counters()];
      if (before.queue === after.queue && before.process === after.process) {
        most = Math.max(most, after.queue + after.process);
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await ended;
    expect(most).toBe(PASSES);
  });

  it('begins nothing further when it is told so, and tells the reason when it has ended', async () => {
    const gone = new AbortController();
    const aborted = renderer.render(photo, plan, gone.signal);
    gone.abort(new Error('gone'));
    await expect(aborted).rejects.toThrow('gone');
    expect(sharp.counters()).toEqual({ queue: 0, process: 0 });
    expect((await renderer.render(photo, plan)).formats.map(({ key }) => key)).toContain('small');
  });

  it('blames the machine and not the picture for a file that cannot be opened', async () => {
    const missing = path.join(folder, 'missing.webp');
    await expect(renderer.render(missing, plan)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(renderer.render(missing, plan)).rejects.toThrow(MachineFault);
    await expect(probe(missing, 'image/webp')).rejects.toThrow(MachineFault);
  });

  it('says what libvips says of a picture that cannot be decoded', async () => {
    await expect(renderer.check(__filename, plan.image)).rejects.toThrow(Undecodable);
    await expect(renderer.check(photo, plan.image)).resolves.toBeUndefined();
    await expect(renderer.check(__filename, plan.image)).rejects.toThrow(/unsupported/);
  });

  it('leaves nobody without an answer when it ends', async () => {
    const asked = [renderer.render(photo, plan), renderer.check(photo, plan.image)];
    const answers = Promise.allSettled(asked);
    await renderer.close();
    const reasons = (await answers).map((answer) => answer.status === 'rejected' && answer.reason);
    expect(reasons.map((reason) => reason instanceof RendererEnded)).toEqual([true, true]);
  });
});
