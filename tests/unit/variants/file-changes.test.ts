import { FileChanges } from '../../../server/src/variants/file-changes';

type Deps = ConstructorParameters<typeof FileChanges>[0];

/** Records what the changes of files 1 and 2 do to their variants. */
function setUp() {
  const log: string[] = [];
  const changes = new FileChanges({
    db: {
      inTransaction: () => false,
      query: () => ({
        findMany: async () => {
          log.push('ids are read');
          return [{ id: 1 }, { id: 2 }];
        },
      }),
    },
    table: {
      condemnOf: async (ids: number[], { crops }: { crops: boolean }) =>
        void log.push(`${crops ? 'crops' : 'all'} of ${ids.join()}`),
    },
    rows: { forget: (ids: number[]) => void log.push(`forget ${ids.join()}`) },
    budget: { removeSoon() {} },
  } as unknown as Deps);
  return { log, hooks: changes.hooks };
}

const event = (parts: object) => ({ params: { where: { id: 1 } }, state: {}, ...parts }) as never;
const update = (data: object, result: object | null = { id: 1 }) =>
  event({ params: { where: { id: 1 }, data }, result });

it.each([
  ['a replacement', { url: '/uploads/a.jpg', size: 1 }, ['all of 1', 'forget 1']],
  ['a new focal point', { focalPoint: { x: 0, y: 0 } }, ['crops of 1', 'forget 1']],
  ['a new caption', { caption: 'New' }, ['forget 1']],
  ['new sizes', { formats: {} }, ['forget 1']],
  ['nothing', undefined, ['forget 1']],
])('after %s', async (_what, data, expected) => {
  const { log, hooks } = setUp();
  await hooks.afterUpdate(update(data as object));
  expect(log).toEqual(expected);
});

it.each([{}, null])(
  'knows the file by the query if a hook has taken its id out: %j',
  async (result) => {
    const { log, hooks } = setUp();
    await hooks.afterUpdate(update({ url: '/uploads/a.jpg' }, result));
    await hooks.afterDelete(event({ result }));
    expect(log).toEqual(['all of 1', 'forget 1', 'all of 1', 'forget 1']);
  }
);

it.each([
  ['bytes', { url: '/uploads/a.jpg' }, ['ids are read', 'all of 1,2', 'forget 1,2']],
  ['focal points', { focalPoint: null }, ['ids are read', 'crops of 1,2', 'forget 1,2']],
  // A folder that moves changes all files in it: their ids are not read.
  ['folders', { folderPath: '/2' }, []],
])('after a change of many files: %s', async (_what, data, expected) => {
  const { log, hooks } = setUp();
  const many = update(data, { count: 2 });
  await hooks.beforeUpdateMany(many);
  await hooks.afterUpdateMany(many);
  expect(log).toEqual(expected);
});

it('after a deletion of many files', async () => {
  const { log, hooks } = setUp();
  const many = event({ result: { count: 2 } });
  await hooks.beforeDeleteMany(many);
  await hooks.afterDeleteMany(many);
  expect(log).toEqual(['ids are read', 'all of 1,2', 'forget 1,2']);
});
