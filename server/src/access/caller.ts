import type { Context } from 'koa';

/**
 * What a caller is: a user of users-permissions, an API token, an editor of the admin panel, or whom a
 * project's own strategy knows.
 */
export type CallerKind = 'user' | 'token' | 'admin' | 'other';

/** Who makes a request, as limits and ownership tell callers apart. */
export interface Caller {
  /** Null for the public, whose members nobody can tell apart. */
  kind: CallerKind | null;
  /** Row of the user or token; null for the public, and where a project's own strategy gives none. */
  id: number | string | null;
  /** Name of the project's own strategy, whose ids are its own. */
  strategy?: string;
  /** Name of the API token; null for others. */
  token: string | null;
  /**
   * Types of users-permissions roles (`public`, `authenticated`) or codes of admin roles
   * (`strapi-editor`); a token has none.
   */
  roles: string[];
}

interface AuthState {
  strategy?: { name?: string };
  /** Strategies of projects may give others, without an id. */
  credentials?: { id?: unknown; name?: string; role?: { type?: string } | null } | null;
}

interface AdminUser {
  id: number;
  roles?: Array<{ code?: string }>;
}

/** Strategies of the admin panel: somebody who signed in, or a token that acts for its owner (Strapi 5.54). */
const ADMIN = ['admin', 'admin-token'];

/** Strategies of API tokens: their name in earlier versions of Strapi 5, and in 5.54. */
const API_TOKEN = ['api-token', 'content-api-token'];

const USERS_PERMISSIONS = 'users-permissions';

/** The caller of an authorised request. */
export function callerOf({ state }: Pick<Context, 'state'>): Caller {
  const { strategy, credentials } = (state.auth ?? {}) as AuthState;
  const name = strategy?.name ?? '';
  if (ADMIN.includes(name)) {
    const { id, roles = [] } = state.user as AdminUser;
    const codes = roles.flatMap(({ code }) => code ?? []);
    return { kind: 'admin', id, token: null, roles: codes };
  }
  if (!credentials) {
    return { kind: null, id: null, token: null, roles: ['public'] };
  }
  const id = idOf(credentials.id);
  if (API_TOKEN.includes(name)) {
    return { kind: 'token', id, token: credentials.name ?? null, roles: [] };
  }
  const { type } = credentials.role ?? {};
  const roles = type ? [type] : [];
  return name === USERS_PERMISSIONS
    ? { kind: 'user', id, token: null, roles }
    : { kind: 'other', strategy: name, id, token: null, roles };
}

/** Ids as databases give them, or services that users sign in at; nothing else tells people apart. */
const idOf = (id: unknown): number | string | null =>
  typeof id === 'number' || (typeof id === 'string' && id.length <= 100) ? id : null;

/** A caller in one word, such as `user:5`; null for those who cannot be told apart. */
export function callerKey({ kind, id, strategy }: Caller): string | null {
  if (kind === null || id === null) {
    return null;
  }
  return kind === 'other' ? `${strategy}/${id}` : `${kind}:${id}`;
}
