import type { Context } from 'koa';

/**
 * Kind of a caller: a user of users-permissions, an API token, a user of the admin panel, or a caller that a
 * project's own authentication strategy knows.
 */
export type CallerKind = 'user' | 'token' | 'admin' | 'other';

/** The caller of a request, as limits and ownership distinguish callers. */
export interface Caller {
  /** Kind of the caller; null for the public, since callers without authentication cannot be told apart. */
  kind: CallerKind | null;
  /** Id of the user or token; null for the public, and if a project's own strategy has no ids. */
  id: number | string | null;
  /** Name of the project's own strategy, which has its own ids. */
  strategy?: string;
  /** Name of the API token; null for other callers. */
  token: string | null;
  /**
   * Types of users-permissions roles (`public`, `authenticated`) or codes of admin roles (`strapi-editor`). A token
   * has no roles.
   */
  roles: string[];
}

interface AuthState {
  strategy?: { name?: string };
  /** A project's own strategy may set credentials of another shape, without an id. */
  credentials?: { id?: unknown; name?: string; role?: { type?: string } | null } | null;
}

interface AdminUser {
  id: number;
  roles?: Array<{ code?: string }>;
}

/** Strategies of the admin panel: a user who has signed in, or a token that acts for its owner (Strapi 5.54). */
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

/** Accepts ids as databases or sign-in services assign them. Any other value cannot identify a caller. */
const idOf = (id: unknown): number | string | null =>
  typeof id === 'number' || (typeof id === 'string' && id.length <= 100) ? id : null;

/** Returns a key for a caller, such as `user:5`; null for callers that cannot be told apart. */
export function callerKey({ kind, id, strategy }: Caller): string | null {
  if (kind === null || id === null) {
    return null;
  }
  return kind === 'other' ? `${strategy}/${id}` : `${kind}:${id}`;
}
