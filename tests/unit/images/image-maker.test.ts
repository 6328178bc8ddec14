import { Admission } from '../../../server/src/images/render/admission';
import { ImageMaker } from '../../../server/src/images/render/image-maker';
import { NeverRoom } from '../../../server/src/images/render/fair-queue';
import type { FormatPlan, ImagePlan } from '../../../server/src/images/plan/plan';
import type { RenderedImage } from '../../../server/src/images/render/render';
import { RendererEnded } from '../../../server/src/images/render/renderer';

const plan = {
  image: { width: 10, height: 10, frames: 1, channels: 3, depth: 1 },
  formats: [] as FormatPlan[],
} as ImagePlan;
const file = { path: '/a.png', name: 'a.png', sha256: 'abc' };

const rendered = (): RenderedImage => ({
  original: { data: new Uint8Array([1, 2, 3]), width: 10, height: 10 },
  formats: [{ key: 'small', kind: null, data: new Uint8Array([4]), width: 5, height: 5 }],
  placeholder: null,
});

/** An image maker with a fake renderer, which finishes an order only when the test ends it. */
function pictures() {
  const waiting: Array<{ resolve(made: RenderedImage): void; reject(error: Error): void }> = [];
  const limits = { memoryBudget: () => 1e6, maxWait: () => 1000, threads: 1 };
  const render = () =>
    new Promise<RenderedImage>((resolve, reject) => waiting.push({ resolve, reject }));
  const made = new ImageMaker({
    renderer: { render, check: async () => {} },
    admission: new Admission(limits),
    maxPixels: () => 1000,
    log: { warn() {} },
  });
  /** Waits for the next order to the renderer, and returns it. */
  const next = async () => {
    for (let turn = 0; turn < 10 && waiting.length === 0; turn += 1) {
      await settle();
    }
    return waiting.shift()!;
  };
  return { made, next, waiting };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const sizes = ({ original, formats }: RenderedImage) =>
  [original!, ...formats].map(({ data }) => data.length);

describe('what was made of a picture', () => {
  it('is gone when it was given back', async () => {
    const { made, next } = pictures();
    const asked = made.renderInTime(file, plan);
    (await next()).resolve(rendered());
    const lent = await asked;
    expect(sizes(lent)).toEqual([3, 1]);
    lent.giveBack();
    expect(sizes(lent)).toEqual([0, 0]);
  });

  it('is made once for two that ask at the same time, and stays until both have given it back', async () => {
    const { made, next, waiting } = pictures();
    const first = made.renderInTime(file, plan);
    const second = made.renderInTime(file, plan);
    (await next()).resolve(rendered());
    (await first).giveBack();
    expect(waiting).toHaveLength(0);
    expect(sizes(await second)).toEqual([3, 1]);
    (await second).giveBack();
    expect(sizes(await second)).toEqual([0, 0]);
  });

  it('stays for the one who asked first when the other goes away', async () => {
    const { made, next } = pictures();
    const gone = new AbortController();
    const first = made.renderInTime(file, plan);
    const second = made.renderInTime(file, plan, gone.signal);
    await settle();
    gone.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    (await next()).resolve(rendered());
    expect(sizes(await first)).toEqual([3, 1]);
    (await first).giveBack();
    expect(sizes(await first)).toEqual([0, 0]);
  });

  it('stays for the other one when one gives it back twice', async () => {
    const { made, next } = pictures();
    const first = made.renderInTime(file, plan);
    const second = made.renderInTime(file, plan);
    (await next()).resolve(rendered());
    (await first).giveBack();
    (await first).giveBack();
    expect(sizes(await second)).toEqual([3, 1]);
  });

  it('is made again for the second one when the thread ends under the first', async () => {
    const { made, next } = pictures();
    const first = made.renderInTime(file, plan);
    const second = made.renderInTime(file, plan);
    (await next()).reject(new RendererEnded('it was stopped'));
    await expect(first).rejects.toThrow(RendererEnded);
    (await next()).resolve(rendered());
    expect(sizes(await second)).toEqual([3, 1]);
  });
});

describe('the memory for outputs that are larger than their image', () => {
  // The budget is a million bytes.
  it.each([
    ['webp', { width: 200, height: 200 }, null, true],
    ['webp', { width: 300, height: 300 }, null, false],
    ['jpeg', { width: 300, height: 300 }, null, true],
    ['jpeg', { width: 500, height: 500 }, null, false],
    ['jpeg', { width: 10, height: 10 }, { left: 0, top: 0, width: 500, height: 500 }, false],
    ['webp', { width: 5, height: 5 }, null, true],
  ])('%s, scaled to %j, on the canvas %j', async (format, scaled, canvas, fits) => {
    const { made, next } = pictures();
    const large = {
      ...plan,
      formats: [{ key: 'a', format, scaled, canvas, crop: null, quality: 80 }],
    };
    const asked = made.renderInTime(file, large);
    if (fits) {
      (await next()).resolve(rendered());
      (await asked).giveBack();
    } else {
      await expect(asked).rejects.toThrow(NeverRoom);
    }
  });
});
