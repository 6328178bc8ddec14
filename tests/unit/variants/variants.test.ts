import { NoRoom } from '../../../server/src/images/render/fair-queue';
import { Undecodable } from '../../../server/src/images/render/renderer';
import { Variants, type WantedVariant } from '../../../server/src/variants/variants';

type Deps = ConstructorParameters<typeof Variants>[0];

const WANTED = {
  source: { fileId: 1, hash: 'h', state: 'one' },
  made: { recipe: 'r', ext: '.webp', mime: 'image/webp', plan: { formats: [{ crop: null }] } },
  place: { name: 'h/r.webp', isPrivate: false },
} as unknown as WantedVariant;

/** Variants whose parts work, unless the test says otherwise. */
function setUp() {
  const log: string[] = [];
  const state = {
    hasRoom: async () => true,
    isCurrent: async () => true,
    sizeOfRow: async (): Promise<number | null> => 4,
    render: async () => ({
      formats: [{ data: new Uint8Array(4) }],
      giveBack: () => void log.push('given back'),
    }),
    publish: async () => {},
    sizeOnDisk: null as number | null,
  };
  const warn = jest.fn();
  const render = jest.fn(() => state.render());
  const variants = new Variants({
    imageMaker: { renderInTime: render, renderPatiently: render },
    folder: {
      sizeOf: async () => state.sizeOnDisk,
      write: async (_body: AsyncIterable<Uint8Array>, isPrivate: boolean) => ({
        ...{ id: 'i', isPrivate, bytes: 4 },
      }),
      publishIf: async (_written: object, _place: object, record: () => Promise<boolean>) => {
        let isNamed = false;
        try {
          if (await record()) {
            await state.publish();
            isNamed = true;
          }
        } finally {
          log.push(isNamed ? 'published' : 'discarded');
        }
        return isNamed;
      },
      remove: async () => void log.push('removed'),
    },
    table: {
      record: async () => void log.push('recorded'),
      find: async () => {
        const bytes = await state.sizeOfRow();
        return bytes === null ? null : { id: 1, bytes };
      },
    },
    budget: { hasRoom: () => state.hasRoom(), added() {}, used() {} },
    transaction: (work: () => Promise<unknown>) => work(),
    isCurrent: () => state.isCurrent(),
    pathOf: async () => '/h.jpg',
    log: { warn },
  } as unknown as Deps);
  return { variants, log, state, warn, render };
}

const STORED = { place: WANTED.place, size: 4 };
const IN_MEMORY = { bytes: new Uint8Array(4), etag: '"r-4"' };

it('records a variant, and then gives it its name', async () => {
  const { variants, log } = setUp();
  expect(await variants.make(WANTED)).toEqual(STORED);
  // The memory of the image is free again only after that.
  expect(log).toEqual(['recorded', 'published', 'given back']);
});

it('publishes nothing if the file was deleted or replaced meanwhile', async () => {
  const { variants, log, state } = setUp();
  state.isCurrent = async () => false;
  expect(await variants.make(WANTED)).toEqual(IN_MEMORY);
  expect(log).toEqual(['discarded']);
});

it('removes the variant if it was condemned before it had its name', async () => {
  const { variants, log, state } = setUp();
  state.sizeOfRow = async () => null;
  expect(await variants.make(WANTED)).toEqual(IN_MEMORY);
  expect(log).toEqual(['recorded', 'published', 'removed']);
});

it.each<[string, Partial<ReturnType<typeof setUp>['state']>, string[]]>([
  ['the database', { isCurrent: () => Promise.reject(new Error('broken')) }, ['discarded']],
  ['the folder', { publish: () => Promise.reject(new Error('broken')) }, ['recorded', 'discarded']],
  ['the disk', { hasRoom: () => Promise.reject(new Error('broken')) }, []],
])('answers, and leaves nothing unfinished, after an error of %s', async (_what, fault, steps) => {
  const { variants, log, state, warn } = setUp();
  Object.assign(state, fault);
  expect(await variants.make(WANTED)).toEqual(IN_MEMORY);
  expect(log).toEqual(steps);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('broken'));
});

it('stores nothing without room', async () => {
  const { variants, log, state } = setUp();
  state.hasRoom = async () => false;
  expect(await variants.make(WANTED)).toEqual(IN_MEMORY);
  expect(log).toEqual([]);
});

it('finds a variant only if its bytes are as long as its row says', async () => {
  const { variants, state } = setUp();
  expect(await variants.find(WANTED)).toBeNull();
  state.sizeOnDisk = 3;
  expect(await variants.find(WANTED)).toBeNull();
  state.sizeOnDisk = 4;
  expect(await variants.find(WANTED)).toEqual(STORED);
});

it('finds a known variant without the disk and the database, until it is lost', async () => {
  const { variants, state } = setUp();
  state.sizeOnDisk = 4;
  await variants.find(WANTED);
  state.sizeOnDisk = null;
  state.sizeOfRow = () => Promise.reject(new Error('asked'));
  expect(await variants.find(WANTED)).toEqual(STORED);
  variants.lost(WANTED.place);
  expect(await variants.find(WANTED)).toBeNull();
});

it('is made once for fifty callers', async () => {
  const { variants, render } = setUp();
  const all = await Promise.all(Array.from({ length: 50 }, () => variants.make(WANTED)));
  expect(all).toEqual(Array.from({ length: 50 }, () => STORED));
  expect(render).toHaveBeenCalledTimes(1);
});

it.each([
  ['an error', () => Promise.reject(new Undecodable('broken'))],
  ['no output', async () => ({ formats: [], giveBack: () => undefined })],
])('remembers an image that cannot be decoded: %s', async (_what, fail) => {
  const { variants, state, render } = setUp();
  state.render = fail;
  expect(await variants.make(WANTED)).toBeNull();
  expect(await variants.make(WANTED)).toBeNull();
  expect(render).toHaveBeenCalledTimes(1);
});

it('does not remember that there was no room', async () => {
  const { variants, state } = setUp();
  const { render } = state;
  state.render = () => Promise.reject(new NoRoom('later'));
  await expect(variants.make(WANTED)).rejects.toThrow('later');
  state.render = render;
  expect(await variants.make(WANTED)).toEqual(STORED);
});
