import type { Context } from 'koa';
import { fileNotFound, NotPermitted } from '../errors';
import type { Ledger } from '../ledger/ledger';
import type { FileQueries } from '../library/files';
import type { FileRow } from '../types/rows';
import { part } from '../util/part';
import { callerKey, callerOf, type Caller } from './caller';

/** Callers who may change only their own files (`access.ownFilesOnly`). `true` means all callers of the kind. */
export interface OwnFilesOnly {
  /** Types of users-permissions roles. */
  roles: true | readonly string[];
  /** Names of API tokens. */
  tokens: true | readonly string[];
}

interface OwnFilesDeps {
  rules(): OwnFilesOnly;
  files: Pick<FileQueries, 'findOne'>;
  ledger: Pick<Ledger, 'creatorOf'>;
}

/** Decides which files a caller may change. */
export const ownFiles = part<OwnFiles>('own-files');

type Request = Pick<Context, 'state'>;

/** Largest difference between the clocks of processes, which set the dates of rows; in ms. */
const CLOCKS_DIFFER = 60_000;

/** Stops restricted callers from changing files that other callers have created. */
export class OwnFiles {
  constructor(private readonly deps: OwnFilesDeps) {}

  /**
   * Checks whether the caller may change a file, before the file is updated, replaced or deleted. A restricted caller
   * cannot change a file that does not exist now, since another caller may create it a moment later.
   *
   * @param id number or documentId, as clients send it
   * @throws NotPermitted; errors.NotFoundError
   */
  async permitChange(request: Request, id: unknown): Promise<void> {
    const caller = callerOf(request);
    if (!isRestricted(caller, this.deps.rules())) {
      return;
    }
    const file = await this.deps.files.findOne(id);
    if (!file) {
      throw fileNotFound();
    }
    if (!(await this.isCreator(request, caller, file))) {
      throw new NotPermitted(
        'You did not create this file. You may change only files that you created.'
      );
    }
  }

  private async isCreator(request: Request, caller: Caller, file: FileRow): Promise<boolean> {
    const key = callerKey(caller);
    return (
      key !== null && isNoNewer(request, file) && (await this.deps.ledger.creatorOf(file)) === key
    );
  }
}

function isRestricted({ kind, token, roles }: Caller, rules: OwnFilesOnly): boolean {
  switch (kind) {
    case 'admin':
      return false;
    case 'token':
      return isNamed(token === null ? [] : [token], rules.tokens);
    default:
      return isNamed(roles, rules.roles);
  }
}

const isNamed = (names: readonly string[], by: true | readonly string[]): boolean =>
  by === true || names.some((name) => by.includes(name));

/**
 * Returns false for a caller whose row is newer than the file. The id of a deleted caller can be assigned again (by
 * SQLite, in a recreated table). The new caller must not get the files of the old one.
 */
function isNoNewer({ state }: Request, file: FileRow): boolean {
  const { createdAt } = state.auth.credentials as { createdAt?: string | Date };
  const since = createdAt ? new Date(createdAt).getTime() : 0;
  return since <= new Date(file.createdAt as string | Date).getTime() + CLOCKS_DIFFER;
}
