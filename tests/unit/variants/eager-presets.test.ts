import type { Database } from '../../../server/src/database/transactions';
import type { FileRow } from '../../../server/src/types/rows';
import { EagerPresets } from '../../../server/src/variants/eager-presets';

const PRESETS = {
  hero: { width: 5, eager: true },
  card: { width: 6, eager: true },
  late: { width: 7 },
};

function setUp(prepare = async (..._args: unknown[]) => {}) {
  const asked: unknown[] = [];
  const warn = jest.fn();
  const presets = new EagerPresets(
    {
      db: { inTransaction: () => false } as Database,
      delivery: {
        prepare: async (object, name) => {
          asked.push([object, name]);
          await prepare();
        },
      },
      presets: () => PRESETS,
      log: { warn },
    },
    2
  );
  return { presets, asked, warn };
}

const row = (columns: object) =>
  ({
    mime: 'image/jpeg',
    hash: 'a_1',
    ext: '.jpg',
    url: '/uploads/a_1.jpg',
    ...columns,
  }) as FileRow;

it.each([
  ['a file of the local disk', {}, { key: 'a_1.jpg', isPrivate: false }],
  ['a private file', { url: '/uploads/private/a_1.jpg' }, { key: 'a_1.jpg', isPrivate: true }],
  [
    'a file of another provider',
    { url: 'https://cdn.test/x' },
    { key: 'a_1.jpg', isPrivate: false },
  ],
  [
    'a file without an extension',
    { url: 'https://cdn.test/x', ext: null },
    { key: 'a_1', isPrivate: false },
  ],
])('makes the eager presets of %s', async (_what, columns, object) => {
  const { presets, asked } = setUp();
  await presets.makeFor(row(columns));
  expect(asked).toEqual([
    [object, 'hero'],
    [object, 'card'],
  ]);
});

it.each(['text/plain', 'image/svg+xml'])('makes nothing of %s', async (mime) => {
  const { presets, asked } = setUp();
  await presets.makeFor(row({ mime }));
  expect(asked).toEqual([]);
});

it('a preset that cannot be made fails no upload, and keeps no other preset', async () => {
  const { presets, asked, warn } = setUp(async () => {
    throw new Error('broken');
  });
  await presets.makeFor(row({}));
  expect(asked).toHaveLength(2);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('"card" of "a_1"'));
});
