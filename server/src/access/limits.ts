import { createHash } from 'node:crypto';
import type { LimitsConfig } from '../config/limits';
import { callerKey, type Caller } from './caller';

/** A daily limit of all callers who share a count. `files` or `bytes` is Infinity if no such limit is configured. */
export interface DayLimit {
  /** Key of the count in the database, such as `role:public` or `user:42`. */
  subject: string;
  /** A description of these callers for messages. */
  whose: string;
  files: number;
  bytes: number;
}

/** The limits of a caller. */
export interface CallerLimits {
  /** Largest size of one file in bytes; Infinity if no limit is configured. */
  bytesPerFile: number;
  /** The daily limits, sorted by subject. Counts are always locked in this order. */
  perDay: DayLimit[];
}

/** Limits in the configuration for a role, a user or a token. */
interface Said {
  bytesPerFile?: number | undefined;
  bytesPerDay?: number | undefined;
  filesPerDay?: number | undefined;
}

/**
 * Returns the limits of a caller: those of the caller's roles and the caller's own. All of them apply, so the strictest
 * one decides. Limits for a single caller that are configured in several places share one count.
 */
export function limitsOf(caller: Caller, config: LimitsConfig): CallerLimits {
  const roles = caller.roles.flatMap((role) => {
    const said = config.roles?.[role];
    return said ? [{ role, said }] : [];
  });
  const own = ownOf(caller, config);
  const key = callerKey(caller);

  const perDay = roles.map(({ role, said }) =>
    dayLimit(subjectOf(`role:${role}`), `the role "${role}"`, said)
  );
  if (key !== null) {
    const perUser = roles.map(({ said }) => said.perUser);
    perDay.push(
      dayLimit(
        subjectOf(key),
        `this ${caller.kind === 'token' ? 'token' : 'user'}`,
        own,
        ...perUser
      )
    );
  }
  return {
    bytesPerFile: least([own, ...roles.map(({ said }) => said)], 'bytesPerFile'),
    perDay: perDay
      .filter(({ files, bytes }) => Math.min(files, bytes) < Infinity)
      .sort((a, b) => (a.subject < b.subject ? -1 : 1)),
  };
}

/** Matches names that every database compares exactly. */
const PLAIN = /^[a-z0-9:_-]+$/;

/**
 * Returns the subject of a count. MariaDB treats names as equal that differ only in case, accents or spaces at the end.
 * A name with characters that `PLAIN` does not allow gets a digest, so that different names stay different, also in
 * existing tables.
 */
function subjectOf(key: string): string {
  const digest = () => createHash('sha256').update(key).digest('hex').slice(0, 16);
  return PLAIN.test(key) ? key : `${key}#${digest()}`;
}

/** Returns the limits that are configured for a single user of users-permissions or a single token. */
function ownOf({ kind, id, token }: Caller, { users, tokens }: LimitsConfig): Said | undefined {
  if (kind === 'user') {
    return users?.[String(id)];
  }
  return kind === 'token' ? tokens?.[token ?? ''] : undefined;
}

const dayLimit = (subject: string, whose: string, ...said: Array<Said | undefined>): DayLimit => ({
  subject,
  whose,
  files: least(said, 'filesPerDay'),
  bytes: least(said, 'bytesPerDay'),
});

const least = (said: Array<Said | undefined>, key: keyof Said): number =>
  Math.min(...said.map((one) => one?.[key] ?? Infinity));
