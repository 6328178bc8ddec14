import type { Core } from '@strapi/strapi';
import type { UploadConfig } from '../config';

/** Roles that Strapi and users-permissions create at their first start, which may be later than this check. */
const ALWAYS_THERE = [
  'public',
  'authenticated',
  'strapi-super-admin',
  'strapi-editor',
  'strapi-author',
];

const ROLES = [
  { uid: 'plugin::users-permissions.role', name: 'type' },
  { uid: 'admin::role', name: 'code' },
];
const TOKENS = [{ uid: 'admin::api-token', name: 'name' }];

/** Returns the names in the configuration that no role or token has. A misspelt name would limit no caller. */
export async function unknownNames(
  { limits, access }: Pick<UploadConfig, 'limits' | 'access'>,
  strapi: Core.Strapi
): Promise<string[]> {
  const { roles, tokens } = access.ownFilesOnly;
  const said = {
    'limits.roles': Object.keys(limits.roles ?? {}),
    'access.ownFilesOnly.roles': roles === true ? [] : roles,
    'limits.tokens': Object.keys(limits.tokens ?? {}),
    'access.ownFilesOnly.tokens': tokens === true ? [] : tokens,
  };
  if (Object.values(said).every((names) => names.length === 0)) {
    return [];
  }
  const [knownRoles, knownTokens] = [await namesOf(ROLES, strapi), await namesOf(TOKENS, strapi)];
  return Object.entries(said).flatMap(([setting, names]) => {
    const known = setting.endsWith('roles') ? [...knownRoles, ...ALWAYS_THERE] : knownTokens;
    return names
      .filter((name) => !known.includes(name))
      .map((name) => `"${name}", which upload.config.${setting} contains`);
  });
}

async function namesOf(
  models: ReadonlyArray<{ uid: string; name: string }>,
  strapi: Core.Strapi
): Promise<string[]> {
  const lists = models
    .filter(({ uid }) => strapi.contentTypes[uid as never])
    .map(async ({ uid, name }) => {
      const rows = await strapi.db.query(uid as 'admin::role').findMany({ select: [name] });
      return rows.map((row: Record<string, unknown>) => String(row[name]));
    });
  return (await Promise.all(lists)).flat();
}
