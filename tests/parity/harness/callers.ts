import type { Server } from '../../support/server';

/** The callers that send requests. */
export type Caller =
  /** A caller without a token. */
  | 'public'
  /** A caller with an invalid token. */
  | 'stranger'
  /** A user of users-permissions whose role may find and upload. */
  | 'member'
  /** Callers with an API token. The custom token may find and upload. */
  | 'readOnlyToken'
  | 'fullToken'
  | 'customToken'
  /** Admin users: the super admin, and one user of each role in {@link ROLES}. */
  | 'admin'
  | 'powerless'
  | 'reader'
  | 'author'
  | 'configurator';

/** The Authorization header of each caller. */
export type Credentials = Record<Caller, Record<string, string>>;

interface Permission {
  action: string;
  conditions?: string[];
}

const OWN = ['admin::is-creator'];

/** Roles of the admin panel. The key is the name of the user who has the role. */
const ROLES: Record<string, Permission[]> = {
  powerless: [],
  reader: [{ action: 'plugin::upload.read' }],
  author: [
    { action: 'plugin::upload.read', conditions: OWN },
    { action: 'plugin::upload.assets.create' },
    { action: 'plugin::upload.assets.update', conditions: OWN },
  ],
  configurator: [
    { action: 'plugin::upload.configure-view' },
    { action: 'plugin::upload.settings.read' },
  ],
};

const PASSWORD = 'Some-pass-1';
const MEMBERS_MAY = ['upload', 'find'].map((action) => `plugin::upload.content-api.${action}`);

/** Creates all callers on a new server. */
export async function createCallers(server: Server): Promise<Credentials> {
  const call = caller(server.url);
  const person = (name: string) => ({
    email: `${name}@example.org`,
    firstname: name,
    lastname: 'Test',
    password: PASSWORD,
  });
  const { data } = await call('/admin/register-admin', person('admin'));
  const admin = bearer(data.token);

  const credentials: Record<string, Record<string, string>> = {
    public: {},
    stranger: bearer('0'.repeat(256)),
    admin,
    member: bearer(await createMember(server, call)),
  };
  for (const [name, permissions] of Object.entries(ROLES)) {
    const role = await call('/admin/roles', { name, description: name }, admin);
    const withAll = permissions.map((permission) => ({
      subject: null,
      properties: {},
      conditions: [],
      ...permission,
    }));
    await call(`/admin/roles/${role.data.id}/permissions`, { permissions: withAll }, admin, 'PUT');
    const { password, ...rest } = person(name);
    const user = { ...rest, roles: [role.data.id] };
    const created = await call('/admin/users', user, admin);
    const active = { ...user, password, isActive: true };
    await call(`/admin/users/${created.data.id}`, active, admin, 'PUT');
    const session = await call('/admin/login', { email: user.email, password });
    credentials[name] = bearer(session.data.token);
  }
  for (const type of ['read-only', 'full-access', 'custom']) {
    const permissions = type === 'custom' ? MEMBERS_MAY : undefined;
    const token = { name: type, description: '', lifespan: null, type, permissions };
    const created = await call('/admin/api-tokens', token, admin);
    credentials[TOKENS[type]!] = bearer(created.data.accessKey);
  }
  return credentials as Credentials;
}

const TOKENS: Record<string, Caller> = {
  'read-only': 'readOnlyToken',
  'full-access': 'fullToken',
  custom: 'customToken',
};

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

type Call = ReturnType<typeof caller>;

/** Sends JSON and throws if the request fails, because no case can run without its callers. */
const caller =
  (url: string) =>
  async (path: string, body: unknown, headers: Record<string, string> = {}, method = 'POST') => {
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    }
    return response.json();
  };

async function createMember(server: Server, call: Call): Promise<string> {
  await server.inside(
    async (strapi, password, actions) => {
      const role = await strapi.db
        .query('plugin::users-permissions.role')
        .findOne({ where: { type: 'authenticated' } });
      await strapi.plugin('users-permissions').service('user').add({
        username: 'member',
        email: 'member@example.org',
        provider: 'local',
        password,
        confirmed: true,
        role: role.id,
      });
      for (const action of actions) {
        await strapi.db
          .query('plugin::users-permissions.permission')
          .create({ data: { action, role: role.id } });
      }
    },
    PASSWORD,
    MEMBERS_MAY
  );
  const session = await call('/api/auth/local', { identifier: 'member', password: PASSWORD });
  return session.jwt;
}
