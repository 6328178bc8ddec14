import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Database } from '../../../server/src/database/transactions';
import { SourceRows } from '../../../server/src/variants/sources/source-rows';
import { isUsableImage, Sources } from '../../../server/src/variants/sources/sources';
import { quarters } from '../../support/pixels';

let folder: string;
let now: number;
/** Answers of the database, in their order; the last one stays. */
let answers: Array<Promise<object[]>>;
let queries: number;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'variant-sources-'));
  await writeFile(path.join(folder, 'a_1.jpg'), await quarters(40, 30).jpeg().toBuffer());
  now = 1_800_000_000_000;
  queries = 0;
  answers = [Promise.resolve([rowWith(10)])];
});
afterEach(() => rm(folder, { recursive: true }));

const rowWith = (x: number) => ({
  ...{ id: 7, hash: 'a_1', mime: 'image/jpeg', url: '/uploads/a_1.jpg', formats: null },
  focal_point: JSON.stringify({ x, y: 50 }),
});

const select = () => {
  queries += 1;
  return answers.length > 1 ? answers.shift() : answers[0];
};
const db = {
  metadata: { get: () => ({ tableName: 'files' }) },
  inTransaction: () => false,
  getConnection: () => ({ whereIn: () => ({ select }) }),
} as unknown as Database;

let rows: SourceRows;
const sourcesOf = (limits = { maxPixels: 1e6, maxBytes: 1e6 }) =>
  new Sources({
    rows: (rows = new SourceRows({ db, now: () => now })),
    originals: {} as never,
    pathOf: ({ key }) => path.join(folder, key),
    maxBytes: () => limits.maxBytes,
    isUsable: (image): image is NonNullable<typeof image> => isUsableImage(image, limits.maxPixels),
  });

const OBJECT = { key: 'a_1.jpg', isPrivate: false };

it('a hit asks no database, for ten seconds', async () => {
  const sources = sourcesOf();
  expect(await sources.of(OBJECT)).toMatchObject({ fileId: 7, image: { width: 40 } });
  now += 9999;
  await sources.of(OBJECT);
  expect(queries).toBe(1);
  now += 1;
  await sources.of(OBJECT);
  expect(queries).toBe(2);
});

it('row and header are read once for fifty requests at the same time', async () => {
  const sources = sourcesOf();
  let read = (_rows: object[]) => {};
  answers = [new Promise<object[]>((resolve) => (read = resolve))];
  const all = Array.from({ length: 50 }, () => sources.of(OBJECT));
  read([rowWith(10)]);
  const found = await Promise.all(all);
  expect(new Set(found.map((source) => source?.image)).size).toBe(1);
  expect(queries).toBe(1);
});

it('a request after a change does not share the row from before it', async () => {
  const sources = sourcesOf();
  let read = (_rows: object[]) => {};
  answers = [new Promise<object[]>((resolve) => (read = resolve)), Promise.resolve([rowWith(90)])];
  const before = sources.of(OBJECT);
  rows.forget([7]);
  const after = sources.of(OBJECT);
  read([rowWith(10)]);
  await before;
  expect(await after).toMatchObject({ focalPoint: { x: 90 } });
});

it('a change counts at once', async () => {
  const sources = sourcesOf();
  await sources.of(OBJECT);
  answers = [Promise.resolve([rowWith(90)])];
  rows.forget([7]);
  expect(await sources.of(OBJECT)).toMatchObject({ focalPoint: { x: 90 } });
});

it('a row that was read before a change is not kept', async () => {
  const sources = sourcesOf();
  let read = (_rows: object[]) => {};
  answers = [new Promise<object[]>((resolve) => (read = resolve)), Promise.resolve([rowWith(90)])];
  const before = sources.of(OBJECT);
  // Waits until the database is asked.
  while (queries === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  rows.forget([7]);
  read([rowWith(10)]);
  await before;
  expect(await sources.of(OBJECT)).toMatchObject({ focalPoint: { x: 90 } });
});

it.each([
  ['that does not exist', 'none.jpg', 1],
  ['whose name is too long', `${'x'.repeat(400)}.jpg`, 0],
])('an object %s asks the database at most once', async (_what, key, most) => {
  answers = [Promise.resolve([])];
  const sources = sourcesOf();
  expect(await sources.of({ key, isPrivate: false })).toBeNull();
  expect(await sources.of({ key, isPrivate: false })).toBeNull();
  expect(queries).toBe(most);
});

it.each([
  ['too many pixels', { maxPixels: 1199, maxBytes: 1e6 }],
  ['too many bytes', { maxPixels: 1e6, maxBytes: 10 }],
])('an image of %s is not transformed', async (_what, limits) => {
  expect(await sourcesOf(limits).of(OBJECT)).toBeNull();
});

it('knows whether the bytes are still the same', async () => {
  const sources = sourcesOf();
  const source = (await sources.of(OBJECT))!;
  expect(await sources.isUnchanged(source)).toBe(true);
  const file = await sources.pathOf(source);
  await utimes(file, 1, 1);
  expect(await sources.isUnchanged(source)).toBe(false);
  await rm(file);
  expect(await sources.isUnchanged(source)).toBe(false);
});
