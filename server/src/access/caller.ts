import type { Context } from 'koa';

/** What a caller is: a user of users-permissions, an API token, or an editor of the admin panel. */
export type CallerKind = 'user' | 'token' | 'admin';

/** Who makes a request, as limits and ownership tell callers apart. */
export interface Caller {
  /** Null for the public, whose members nobody can tell apart. */
  kind: CallerKind | null;
  /** Row of the user or token; null for the public, and where a project's own strategy gives none. */
  id: number | null;
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
  credentials?: { id?: number; name?: string; role?: { type?: string } | null } | null;
}

interface AdminUser {
  id: number;
  roles?: Array<{ code?: string }>;
}

/** Strategies of the admin panel: somebody who signed in, or a token that acts for its owner (Strapi 5.54). */
const ADMIN = ['admin', 'admin-token'];

/** Strategies of API tokens: their name in earlier versions of Strapi 5, and in 5.54. */
const API_TOKEN = ['api-token', 'content-api-token'];

/** The caller of an authorised request. Strategies of projects count as those of users-permissions. */
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
  const { id = null, role } = credentials;
  if (API_TOKEN.includes(name)) {
    return { kind: 'token', id, token: credentials.name ?? null, roles: [] };
  }
  return { kind: 'user', id, token: null, roles: role?.type ? [role.type] : [] };
}

/** A caller in one word, such as `user:5`; null for those who cannot be told apart. */
export function callerKey({ kind, id }: Caller): string | null {
  return kind === null || id === null ? null : `${kind}:${id}`;
}
