import { createHash } from 'node:crypto';
import type { LimitsConfig } from '../config/limits';
import { callerKey, type Caller } from './caller';

/** How much may be brought in a day by all who share a count. Infinity where nothing is said. */
export interface DayLimit {
  /** Names the count in the database: `role:public`, `user:42`. */
  subject: string;
  /** The same for people. */
  whose: string;
  files: number;
  bytes: number;
}

/** How much a caller may bring. */
export interface CallerLimits {
  /** Infinity where nothing is said. */
  bytesPerFile: number;
  /** Ordered by subject, in which order their counts are taken everywhere. */
  perDay: DayLimit[];
}

/** What the configuration says of somebody. */
interface Said {
  bytesPerFile?: number | undefined;
  bytesPerDay?: number | undefined;
  filesPerDay?: number | undefined;
}

/**
 * The limits of a caller: those of its roles, and its own. All of them count, the tightest wins.
 * What several places say of the caller alone is one count.
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

/** Names that every database compares as they are written. */
const PLAIN = /^[a-z0-9:_-]+$/;

/**
 * The subject of a count. MariaDB takes names for the same that differ in case, accents or blanks at their end alone:
 * a digest tells those apart, in tables that are there already too.
 */
function subjectOf(key: string): string {
  const digest = () => createHash('sha256').update(key).digest('hex').slice(0, 16);
  return PLAIN.test(key) ? key : `${key}#${digest()}`;
}

/** What is said of a user of users-permissions or a token by itself. */
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
