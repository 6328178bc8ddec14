import { OwnFiles, type OwnFilesOnly } from '../../../server/src/access/own-files';
import type { FileRow } from '../../../server/src/types/rows';

const FILE = { id: 1, createdAt: '2027-01-01T00:00:00.000Z' } as unknown as FileRow;
const BORN = '2026-01-01T00:00:00.000Z';

const user = (id: number, type: string | null) => ({
  auth: {
    strategy: { name: 'users-permissions' },
    credentials: { id, createdAt: BORN, role: type && { type } },
  },
});
const token = (id: number, name: string) => ({
  auth: { strategy: { name: 'content-api-token' }, credentials: { id, name, createdAt: BORN } },
});
const editor = {
  auth: { strategy: { name: 'admin-token' }, credentials: { id: 9 } },
  user: { id: 1, roles: [{ code: 'strapi-editor' }] },
};
const stranger = { auth: { strategy: { name: 'own' }, credentials: { sub: 'x' } } };
const foreign = (id: unknown) => ({
  auth: { strategy: { name: 'own' }, credentials: { id, role: { type: 'authenticated' } } },
});
const nobody = { auth: { strategy: { name: 'users-permissions' }, credentials: null } };
const unasked = {};

const LISTED = { roles: ['authenticated'], tokens: ['app'] };
const ALL = { roles: true, tokens: true } as const;
const NONE = { roles: [], tokens: [] };

it.each<[string, object, OwnFilesOnly, string | null, boolean]>([
  ['a user of a role that is named', user(5, 'authenticated'), LISTED, 'user:6', false],
  ['who created the file', user(5, 'authenticated'), LISTED, 'user:5', true],
  ['a user of another role', user(5, 'moderator'), LISTED, 'user:6', true],
  ['a user of any role', user(5, 'moderator'), ALL, 'user:6', false],
  ['a user without a role', user(5, null), ALL, 'user:6', false],
  ['a user whose role has the name of a token', user(5, 'app'), LISTED, null, true],
  ['a token that is named', token(5, 'app'), LISTED, 'user:5', false],
  ['a token that created the file', token(5, 'app'), LISTED, 'token:5', true],
  ['a token that has the name of a role', token(5, 'authenticated'), LISTED, null, true],
  ['any token', token(5, 'other'), ALL, null, false],
  ['a user of a project’s own strategy without an id', stranger, ALL, 'user:undefined', false],
  ['who has the id of a user in a strategy of its own', foreign(5), LISTED, 'user:5', false],
  ['who created the file, by a strategy of its own', foreign('5'), LISTED, 'own/5', true],
  ['who has no id but an object', foreign({}), ALL, 'own/[object Object]', false],
  ['the public', nobody, ALL, null, false],
  ['the public on a route that asks for nobody', unasked, ALL, null, false],
  ['the public where it is not named', nobody, LISTED, null, true],
  ['an editor', editor, ALL, 'user:1', true],
  ['anybody without the setting', user(5, 'authenticated'), NONE, null, true],
])('%s', async (_who, state, rules, owner, allowed) => {
  const ownFiles = new OwnFiles({
    rules: () => rules,
    files: { findOne: async () => FILE },
    ledger: { creatorOf: async () => owner },
  });
  const outcome = ownFiles.permitChange({ state }, 1).then(
    () => true,
    ({ status }) => (status === 403 ? false : status)
  );
  expect(await outcome).toBe(allowed);
});

it.each([
  ['a restricted caller', user(5, 'authenticated'), 404],
  ['anybody else', user(5, 'moderator'), true],
])(
  'a file that is not there may be somebody’s a moment later: %s',
  async (_who, state, expected) => {
    const ownFiles = new OwnFiles({
      rules: () => LISTED,
      files: { findOne: async () => null },
      ledger: { creatorOf: async () => null },
    });
    const outcome = ownFiles.permitChange({ state }, 1).then(
      () => true,
      ({ name }) => (name === 'NotFoundError' ? 404 : name)
    );
    expect(await outcome).toBe(expected);
  }
);
