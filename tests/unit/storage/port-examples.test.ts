import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { LocalStorage } from '../../../server/src/storage/local';
import { keyOf, privacy } from '../../../server/src/storage/port';
import { UnsyncedBytes } from '../../../server/src/storage/unsynced-bytes';
import { docstringExamples, runnable, type Answer } from '../../support/docstring-examples';

const FOLDER = path.resolve(__dirname, '../../../server/src/storage');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'port-examples-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('the examples of the storage port tell what a storage does', async () => {
  const storage = new LocalStorage(folder, {
    instance: 'one',
    durable: () => true,
    lease: () => 60_000,
    unsynced: new UnsyncedBytes(),
  });
  const given = { storage, keyOf, privacy, Readable, text };
  const examples = ['address.ts', 'port.ts', 'markers-port.ts'].flatMap((name) =>
    docstringExamples(path.join(FOLDER, name))
  );
  expect(examples.length).toBeGreaterThanOrEqual(20);

  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const run = new AsyncFunction(...Object.keys(given), runnable(examples));
  const answers = (await run(...Object.values(given))) as Answer[];
  expect(answers.length).toBeGreaterThanOrEqual(10);
  expect(answers.map(({ line, answer }) => ({ line, answer }))).toEqual(
    answers.map(({ line, said }) => ({ line, answer: said }))
  );
});
