import { Allowance } from '../../../server/src/access/allowance';
import type { Caller } from '../../../server/src/access/caller';
import { dayBefore, dayOf, secondsLeft } from '../../../server/src/access/day';
import { limitsOf } from '../../../server/src/access/limits';
import { DayLimitReached } from '../../../server/src/errors';

const caller = (changes: Partial<Caller>): Caller => ({
  kind: null,
  id: null,
  token: null,
  roles: [],
  ...changes,
});
const PUBLIC = caller({ roles: ['public'] });
const user = (id: number, role = 'authenticated') => caller({ kind: 'user', id, roles: [role] });
const token = (name: string) => caller({ kind: 'token', id: 3, token: name });
const admin = (...roles: string[]) => caller({ kind: 'admin', id: 42, roles });

describe('the count of a role', () => {
  const subjectOf = (role: string) =>
    limitsOf(caller({ roles: [role] }), { roles: { [role]: { filesPerDay: 1 } } }).perDay[0]!
      .subject;

  it('has a name of its own where databases take names for the same', () => {
    const names = ['press', 'Press', 'PRESS', 'préss', 'press '].map(subjectOf);
    // This is what MariaDB's usual collations ignore: case, accents, and blanks at the end.
    const folded = names.map((name) =>
      name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()
    );
    expect(new Set(folded).size).toBe(names.length);
    expect(subjectOf('press')).toBe('role:press');
  });
});

describe('the limits of a caller', () => {
  const config = {
    roles: {
      public: { bytesPerFile: 10, filesPerDay: 5 },
      authenticated: { bytesPerFile: 50, perUser: { filesPerDay: 7, bytesPerDay: 100 } },
      'strapi-author': { bytesPerDay: 1000, perUser: { bytesPerDay: 500 } },
      'strapi-editor': { filesPerDay: 20, perUser: { bytesPerDay: 400 } },
    },
    users: { '42': { filesPerDay: 3, bytesPerFile: 40 } },
    tokens: { app: { bytesPerDay: 9 } },
  };
  const unlimited = { files: Infinity, bytes: Infinity };

  it.each<[string, Caller, ReturnType<typeof limitsOf>]>([
    [
      'the public',
      PUBLIC,
      {
        bytesPerFile: 10,
        perDay: [{ ...unlimited, subject: 'role:public', whose: 'the role "public"', files: 5 }],
      },
    ],
    [
      'a user, by the role alone',
      user(7),
      {
        bytesPerFile: 50,
        perDay: [{ subject: 'user:7', whose: 'this user', files: 7, bytes: 100 }],
      },
    ],
    [
      'a user of whom more is said: the tightest in one count',
      user(42),
      {
        bytesPerFile: 40,
        perDay: [{ subject: 'user:42', whose: 'this user', files: 3, bytes: 100 }],
      },
    ],
    [
      'a token',
      token('app'),
      {
        bytesPerFile: Infinity,
        perDay: [{ ...unlimited, subject: 'token:3', whose: 'this token', bytes: 9 }],
      },
    ],
    [
      'an editor with two roles, in the order in which counts are taken; users are others',
      admin('strapi-editor', 'strapi-author'),
      {
        bytesPerFile: Infinity,
        perDay: [
          { ...unlimited, subject: 'admin:42', whose: 'this user', bytes: 400 },
          {
            ...unlimited,
            subject: 'role:strapi-author',
            whose: 'the role "strapi-author"',
            bytes: 1000,
          },
          {
            ...unlimited,
            subject: 'role:strapi-editor',
            whose: 'the role "strapi-editor"',
            files: 20,
          },
        ],
      },
    ],
  ])('%s', (_who, who, expected) => {
    expect(limitsOf(who, config)).toEqual(expected);
  });

  it.each([
    ['another role', user(7, 'constructor')],
    ['another token', token('toString')],
    ['another admin role', admin('strapi-super-admin')],
  ])('are none for %s', (_who, who) => {
    expect(limitsOf(who, config)).toEqual({ bytesPerFile: Infinity, perDay: [] });
  });

  it('are none where nothing is configured', () => {
    expect(limitsOf(user(42), {})).toEqual({ bytesPerFile: Infinity, perDay: [] });
  });
});

describe('a day', () => {
  it('is one of UTC, and its rest is told in seconds', () => {
    const last = Date.UTC(2026, 11, 31, 23, 59, 59, 1);
    expect(dayOf(last)).toBe('2026-12-31');
    expect(dayOf(last + 999)).toBe('2027-01-01');
    expect(dayBefore(last + 999)).toBe('2026-12-31');
    expect(secondsLeft('2026-12-31', last)).toBe(1);
    expect(secondsLeft('2026-12-31', Date.UTC(2026, 11, 31))).toBe(86_400);
    expect(secondsLeft('2026-12-31', last + 60_000)).toBe(1);
  });
});

describe('an allowance', () => {
  const limit = { subject: 'user:1', whose: 'this user', files: 4, bytes: 100 };
  const open = (files: number, bytes: number) =>
    new Allowance('2027-01-31', [{ limit, used: { files, bytes } }], () =>
      Date.UTC(2027, 0, 31, 23)
    );
  const read = async (allowance: Allowance, ...sizes: number[]) => {
    async function* body() {
      for (const size of sizes) {
        yield Buffer.alloc(size);
      }
    }
    let size = 0;
    try {
      for await (const chunk of allowance.metered(body())) {
        size += chunk.length;
      }
    } catch (error) {
      return { size, error: error as DayLimitReached };
    }
    return { size };
  };

  it('lets in what is left to the byte', async () => {
    const allowance = open(2, 80);
    expect(await read(allowance, 10)).toEqual({ size: 10 });
    allowance.keep(10);
    expect(await read(allowance, 5, 5)).toEqual({ size: 10 });
    allowance.keep(10);
    const { size, error } = await read(allowance, 1);
    expect(size).toBe(0);
    expect(error).toBeInstanceOf(DayLimitReached);
    expect(error).toMatchObject({
      message:
        'This upload would exceed the limit of 4 files a day for this user. The next day begins at 00:00 UTC.',
      retryAfter: 3600,
      details: { errors: [{ code: 'FILES_PER_DAY', message: error!.message }] },
    });
  });

  it('counts the bytes of files that were kept', async () => {
    const allowance = open(0, 50);
    allowance.keep(30);
    expect(await read(allowance, 20)).toEqual({ size: 20 });
    expect(await read(allowance, 21)).toMatchObject({ size: 0, error: expect.any(Error) });
  });

  it('ends with the chunk that passes it, and takes no more of the source', async () => {
    const { size, error } = await read(open(0, 50), 30, 20, 1, 1_000_000);
    expect(size).toBe(50);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^This upload would exceed the limit of 100 Bytes a day for this user\./
      ),
      details: { errors: [{ code: 'BYTES_PER_DAY' }] },
    });
  });

  it('lets files that were not kept take nothing, and such without a byte', async () => {
    const allowance = open(3, 0);
    expect(await read(allowance, 100)).toEqual({ size: 100 });
    expect(await read(allowance, 100)).toEqual({ size: 100 });
    allowance.keep(100);
    expect(await read(allowance)).toEqual({ size: 0 });
  });
});
