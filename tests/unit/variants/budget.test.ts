import { mkdtempSync, rmSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import knex, { type Knex } from 'knex';
import type { Database } from '../../../server/src/database/transactions';
import { VariantBudget } from '../../../server/src/variants/budget';
import { VARIANTS_TABLE, type VariantPlace } from '../../../server/src/variants/model';
import { FreeSpace } from '../../../server/src/variants/free-space';
import type { VariantFolder } from '../../../server/src/variants/variant-folder';
import { VariantTable } from '../../../server/src/variants/variant-table';

const HOUR = 3_600_000;

let folder: string;
let connection: Knex;
let now: number;
/** Names of the variants whose bytes exist. */
let bytes: Set<string>;
/** Names of the variants whose bytes cannot be removed. */
let stuck: Set<string>;
let options: { maxBytes: number; maxAge?: number };

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'variant-budget-'));
  const filename = path.join(folder, 'data.db');
  connection = knex({ client: 'better-sqlite3', connection: { filename }, useNullAsDefault: true });
  await connection.raw('PRAGMA synchronous = OFF');
  await connection.schema.createTable(VARIANTS_TABLE, (table) => {
    table.increments('id');
    table.integer('file_id').notNullable();
    table.string('recipe').notNullable();
    table.string('state').notNullable();
    table.string('name').notNullable();
    table.boolean('is_private').notNullable();
    table.boolean('is_crop').notNullable();
    table.integer('bytes').notNullable();
    table.bigInteger('used_at').notNullable();
    table.unique(['file_id', 'recipe']);
    table.index(['state', 'used_at']);
  });
});
afterAll(async () => {
  await connection.destroy();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await connection(VARIANTS_TABLE).delete();
  now = 1_800_000_000_000;
  bytes = new Set();
  stuck = new Set();
  options = { maxBytes: 1000 };
});
afterEach(() => jest.restoreAllMocks());

const db = {
  inTransaction: () => false,
  getConnection: (name: string) => connection(name),
  get connection() {
    return connection;
  },
} as unknown as Database;

/** A process with a budget of its own. All processes share the table and the folder. */
function processOf() {
  const table = new VariantTable({ db, now: () => now });
  const warn = jest.fn();
  const remove = async ({ name }: VariantPlace) => {
    if (stuck.has(name)) {
      throw new Error('EACCES');
    }
    bytes.delete(name);
  };
  const close = async () => {};
  const budget = new VariantBudget({
    table,
    folder: { remove, sweep: close, close } as unknown as VariantFolder,
    orphans: { removeSometimes: async () => {} },
    space: {
      publicFiles: new FreeSpace(folder, () => now),
      privateFiles: new FreeSpace(`${folder}/private`, () => now),
    },
    options: () => options,
    now: () => now,
    log: { warn },
  });
  return { table, budget, warn };
}

type Process = ReturnType<typeof processOf>;

/** Stores a variant as `Variants` does. */
async function store({ table, budget }: Process, recipe: string, size: number): Promise<void> {
  const place = { name: `h/${recipe}`, isPrivate: false };
  await table.record({ fileId: 1, recipe, place, bytes: size, isCrop: false });
  budget.added(size);
  bytes.add(place.name);
}

const rows = async (): Promise<Array<{ recipe: string; state: string; used_at: number }>> =>
  connection(VARIANTS_TABLE).select('recipe', 'state', 'used_at').orderBy('id');

const idOf = async (recipe: string): Promise<number> => {
  const [row] = await connection(VARIANTS_TABLE).where({ recipe }).select('id');
  return row.id;
};

const recipes = async () => (await rows()).map(({ recipe }) => recipe);

const filled = async (process: Process, names: string[], size = 100) => {
  for (const name of names) {
    now += 1;
    await store(process, name, size);
    await process.budget.idle();
  }
};

it('keeps all variants that are within the budget', async () => {
  const one = processOf();
  await filled(one, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']);
  expect(await recipes()).toHaveLength(10);
});

it('removes the least recently used variants first, with their bytes', async () => {
  const one = processOf();
  await filled(one, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']);
  now += 2 * HOUR;
  one.budget.used(await idOf('a'));
  await one.budget.tidy();
  await filled(one, ['k']);
  expect(await recipes()).toEqual(['a', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k']);
  expect([...bytes].sort()).toEqual((await recipes()).map((recipe) => `h/${recipe}`));
});

it('removes also what is condemned while a removal is running', async () => {
  const one = processOf();
  await filled(one, ['a', 'b']);
  await one.table.condemn([await idOf('a')]);
  one.budget.removeSoon();
  await one.table.condemn([await idOf('b')]);
  one.budget.removeSoon();
  await one.budget.idle();
  expect([await recipes(), [...bytes]]).toEqual([[], []]);
});

it('asks for the sum of all sizes only if the budget may be full', async () => {
  const one = processOf();
  options = { maxBytes: 1_000_000 };
  await filled(one, ['a']);
  const sum = jest.spyOn(one.table, 'total');
  await filled(one, ['b', 'c']);
  await one.budget.tidy();
  one.budget.removeSoon();
  await one.budget.idle();
  expect(sum).not.toHaveBeenCalled();
  await filled(one, ['d'], 25_000);
  expect(sum).toHaveBeenCalledTimes(1);
});

it('adds up the sizes of many rows in pieces, between which others get their turn', async () => {
  // Every third row is no longer used. The ids have gaps of several pieces.
  await connection.raw(`
    with recursive n(g) as (select 1 union all select g + 1 from n where g < 25000)
    insert into ${VARIANTS_TABLE} (id, file_id, recipe, state, name, is_private, is_crop, bytes, used_at)
    select g + (g / 12000) * 50000, g, 'r', case when g % 3 = 0 then 'removing' else 'made' end, 'n', 0, 0, 2, 0
    from n`);
  let turns = 0;
  const count = () => {
    turns += 1;
    turning = setImmediate(count);
  };
  let turning = setImmediate(count);
  expect(await processOf().table.total()).toBe(2 * (25_000 - 8333));
  clearImmediate(turning);
  expect(turns).toBeGreaterThan(2);
});

it('shrinks to a budget that became smaller', async () => {
  const one = processOf();
  await filled(one, ['a', 'b', 'c', 'd']);
  options = { maxBytes: 200 };
  await one.budget.tidy();
  expect(await recipes()).toEqual(['d']);
});

it('two processes never exceed the budget by a tenth, with 10 000 variants', async () => {
  options = { maxBytes: 1_000_000 };
  const processes = [processOf(), processOf()] as const;
  let most = 0;
  for (let count = 0; count < 10_000; count += 20) {
    now += 1;
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        store(processes[index % 2]!, String(count + index), 200 + ((count * 7 + index * 31) % 600))
      )
    );
    most = Math.max(most, await processes[0].table.total());
  }
  await Promise.all(processes.map(({ budget }) => budget.idle()));
  expect(most).toBeLessThanOrEqual(1_100_000);
  const left = await recipes();
  expect(left).toContain('9999');
  expect(left).not.toContain('0');
  expect(await processes[0].table.total()).toBeGreaterThan(850_000);
  // The bytes go with the rows.
  expect(bytes.size).toBe(left.length);
}, 120_000);

it('removes variants that were not used for maxAge', async () => {
  options = { maxBytes: 1_000_000, maxAge: 60 };
  const one = processOf();
  await filled(
    one,
    Array.from({ length: 250 }, (_, index) => String(index)),
    1
  );
  now += 30_000;
  await filled(one, ['young']);
  now += 31_000;
  await one.budget.tidy();
  expect(await recipes()).toEqual(['young']);
});

it('without maxAge, age does not count', async () => {
  const one = processOf();
  await filled(one, ['a']);
  now += 1e12;
  await one.budget.tidy();
  expect(await recipes()).toEqual(['a']);
});

it('records a use at most once an hour', async () => {
  const one = processOf();
  await filled(one, ['a', 'b']);
  const [first, second] = [await idOf('a'), await idOf('b')];
  const written = jest.spyOn(one.table, 'used');
  const uses = () => written.mock.calls.flatMap(([ids]) => ids);
  for (let minute = 0; minute < 59; minute += 1) {
    now += 60_000;
    one.budget.used(first);
    one.budget.used(second);
    await one.budget.tidy();
  }
  expect(uses()).toEqual([first, second]);
  now += 2 * 60_000;
  one.budget.used(first);
  await one.budget.tidy();
  expect(uses()).toEqual([first, second, first]);
  const [a] = await rows();
  expect(Number(a!.used_at)).toBe(now);
});

it('keeps a limited number of uses in memory', async () => {
  const one = processOf();
  for (let index = 0; index < 50_000; index += 1) {
    one.budget.used(index);
  }
  const written = jest.spyOn(one.table, 'used').mockResolvedValue();
  await one.budget.tidy();
  expect(written.mock.calls[0]![0]).toHaveLength(10_000);
});

it('records uses at its end', async () => {
  const one = processOf();
  await filled(one, ['a']);
  now += HOUR;
  one.budget.used(await idOf('a'));
  await one.budget.close();
  expect(Number((await rows())[0]!.used_at)).toBe(now);
});

describe('room for a variant', () => {
  const disk = (bavail: number, blocks: number) =>
    jest.spyOn(fs, 'statfs').mockResolvedValue({ bavail, blocks } as never);

  it.each([
    [50, 100, true],
    [6, 100, true],
    [5, 100, false],
    [0, 100, false],
    // A network disk that does not tell its size.
    [0, 0, true],
  ])('with %i of %i blocks free: %p', async (bavail, blocks, hasRoom) => {
    disk(bavail, blocks);
    expect(await processOf().budget.hasRoom(10, false)).toBe(hasRoom);
  });

  it('is not there for more than the budget', async () => {
    disk(50, 100);
    const { budget } = processOf();
    expect(await budget.hasRoom(1000, false)).toBe(true);
    expect(await budget.hasRoom(1001, false)).toBe(false);
  });

  it('is that of the disk on which the variant will lie', async () => {
    const full = `${folder}/private`;
    jest
      .spyOn(fs, 'statfs')
      .mockImplementation(async (on) => ({ bavail: on === full ? 0 : 50, blocks: 100 }) as never);
    const { budget } = processOf();
    expect(await budget.hasRoom(10, false)).toBe(true);
    expect(await budget.hasRoom(10, true)).toBe(false);
  });

  it('is measured every ten seconds', async () => {
    const { budget } = processOf();
    const measured = disk(0, 100);
    expect(await budget.hasRoom(10, false)).toBe(false);
    disk(50, 100);
    expect(await budget.hasRoom(10, false)).toBe(false);
    expect(measured).toHaveBeenCalledTimes(1);
    now += 10_001;
    expect(await budget.hasRoom(10, false)).toBe(true);
  });
});

describe('bytes that cannot be removed', () => {
  it('keep no other variant, and are tried again', async () => {
    options = { maxBytes: 1_000_000 };
    const one = processOf();
    const names = Array.from({ length: 250 }, (_, index) => String(index));
    await filled(one, names, 1);
    stuck = new Set(names.slice(0, 120).map((name) => `h/${name}`));
    await one.table.condemnOf([1]);
    await one.budget.removeCondemned();
    expect(await recipes()).toEqual(names.slice(0, 120));
    expect(one.warn).toHaveBeenCalledWith(expect.stringContaining('"h/0"'));
    stuck = new Set();
    await one.budget.tidy();
    expect(await recipes()).toEqual([]);
    expect(bytes.size).toBe(0);
  });

  it('an error of the database is logged, and the next removal works', async () => {
    const one = processOf();
    jest.spyOn(one.table, 'condemned').mockRejectedValueOnce(new Error('locked'));
    one.budget.removeSoon();
    await one.budget.idle();
    expect(one.warn).toHaveBeenCalledWith(expect.stringContaining('locked'));
    await filled(one, ['a']);
    await one.table.condemnOf([1]);
    one.budget.removeSoon();
    await one.budget.idle();
    expect(await recipes()).toEqual([]);
  });
});

it('a variant that was made again meanwhile stays', async () => {
  const one = processOf();
  await filled(one, ['a']);
  await one.table.condemnOf([1]);
  const condemned = await one.table.condemned({ most: 10, after: 0 });
  await store(one, 'a', 100);
  await one.table.forget(condemned.map(({ id }) => id));
  expect(await rows()).toMatchObject([{ recipe: 'a', state: 'made' }]);
});
