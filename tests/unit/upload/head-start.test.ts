import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { NoRoom } from '../../../server/src/images/render/fair-queue';
import { planImage } from '../../../server/src/images/plan/plan';
import { Undecodable } from '../../../server/src/images/render/renderer';
import type { DisposableImage } from '../../../server/src/images/render/image-maker';
import { Attempt, type AttemptDeps } from '../../../server/src/attempt/attempt';
import { headStarts } from '../../../server/src/upload/derive/head-start';
import type { StagedFile } from '../../../server/src/upload/stage/staged-file';
import { imageOptions } from '../../support/image-options';

let folder: string;
let file: StagedFile;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'head-start-'));
  const picture = path.join(folder, 'a.png');
  const background = 'red';
  await sharp({ create: { width: 400, height: 300, channels: 3, background } }).toFile(picture);
  const object = { id: 'sent', size: 1000, sha256: 'x', path: picture };
  file = { name: 'a.png', ext: '.png', mime: 'image/png', object };
});
afterAll(() => rm(folder, { recursive: true }));

let givenBack = 0;
const MADE = {
  original: null,
  formats: [{ key: 'small', kind: null, width: 200, height: 150, data: Buffer.from('small') }],
  placeholder: null,
  giveBack: () => (givenBack += 1),
} as unknown as DisposableImage;

/**
 * An attempt whose fake storage counts staged objects, and the head start of its file: the making of sizes before the
 * whole request has arrived.
 */
async function begun(render: () => Promise<DisposableImage>) {
  const discarded: string[] = [];
  let staged = 0;
  const storage = {
    stage: async () => ({ id: `made ${(staged += 1)}`, size: 5, sha256: 'y', path: '/made' }),
    discard: async ({ id }: { id: string }) => void discarded.push(id),
  };
  const newAttempt = () => new Attempt({ storage, log: { warn() {} } } as unknown as AttemptDeps);
  const owner = newAttempt();
  const start = headStarts(owner, {
    imageOptions: async () => imageOptions,
    imageMaker: { renderInTime: render },
    requestSignal: () => undefined,
    hasPlaceholders: false,
    log: { warn() {} },
    imageOverrides: () => null,
  } as unknown as Parameters<typeof headStarts>[1]);
  const head = (await start(file))!;
  const plan = planImage(head.image!, imageOptions);
  return { owner, taker: newAttempt(), head, plan, discarded };
}

it('hands over what was made, whose memory was given back', async () => {
  givenBack = 0;
  const { owner, taker, head, plan, discarded } = await begun(async () => MADE);
  expect((await head.take(plan, taker))?.formats).toMatchObject([{ key: 'small' }]);
  expect(givenBack).toBe(1);
  await owner.undo();
  expect(discarded).toEqual([]);
  await taker.undo();
  expect(discarded).toEqual(['made 1']);
});

it('makes nothing of another plan, whose pass has an end before', async () => {
  let ended = false;
  const { head, taker, plan, owner, discarded } = await begun(async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    ended = true;
    return MADE;
  });
  expect(await head.take({ ...plan, placeholder: true }, taker)).toBeNull();
  expect(ended).toBe(true);
  await owner.undo();
  await taker.undo();
  expect(discarded).toEqual(['made 1']);
});

it('leaves one whose turn did not come to be tried again', async () => {
  const { head, taker, plan } = await begun(() => Promise.reject(new NoRoom('no turn')));
  expect(await head.take(plan, taker)).toBeNull();
});

it('tells what is wrong with the picture', async () => {
  const { head, taker, plan } = await begun(() => Promise.reject(new Undecodable('libvips')));
  await expect(head.take(plan, taker)).rejects.toMatchObject({ refusal: { file: 'a.png' } });
});

it.each([
  ['is made', async () => MADE],
  [
    'is in work',
    () => new Promise<DisposableImage>((resolve) => void setTimeout(resolve, 50, MADE)),
  ],
  ['could not be made', () => Promise.reject(new Undecodable('libvips'))],
])('gives nothing of a request that is over, where it %s', async (_how, render) => {
  const { owner, head, taker, plan } = await begun(render as () => Promise<DisposableImage>);
  await owner.undo();
  expect(await head.take(plan, taker)).toBeNull();
});
