import { invalid } from '../errors';
import { isPrivateUrl } from '../storage/local-url';
import type { FileInfo, FileRow } from '../types/rows';

/** Which files of a project are private. */
export interface PrivacyRules {
  /** Its provider's name; other providers' files are none of ours. */
  provider(): string;
  /** Whether a file is that says nothing about it. */
  byDefault: boolean;
  /** Whether a file may say so. */
  perFile: boolean;
}

/**
 * Whether a new file is private.
 *
 * @throws errors.ValidationError where a file asks for what the project leaves to no file
 */
export function privacyOfNew(
  { private: asked }: FileInfo,
  { byDefault, perFile }: PrivacyRules
): boolean {
  const isPrivate = asked ?? byDefault;
  if (isPrivate !== byDefault && !perFile) {
    throw refused(
      `A file cannot choose to be ${isPrivate ? 'private' : 'public'} here: ` +
        'the configuration of the upload plugin does not set "allowPrivate".',
      asked
    );
  }
  return isPrivate;
}

/**
 * Whether a stored file is private, which it stays: whoever knows its URL could keep reading, or could
 * no more.
 *
 * @throws errors.ValidationError where the other is asked for
 */
export function privacyOfOld(
  { private: asked }: FileInfo,
  row: Pick<FileRow, 'url' | 'provider'>,
  { provider, byDefault }: PrivacyRules
): boolean {
  const isPrivate = row.provider === provider() ? isPrivateUrl(row.url) : byDefault;
  if (asked != null && asked !== isPrivate) {
    throw refused('Whether a file is private cannot be changed: upload it anew instead.', asked);
  }
  return isPrivate;
}

const refused = (message: string, value: unknown): Error =>
  invalid(['fileInfo', 'private'], message, value);
