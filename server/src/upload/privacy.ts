import { invalid } from '../errors';
import { isPrivateUrl } from '../storage/local-url';
import type { FileInfo, FileRow } from '../types/rows';

/** The configuration that decides which files are private. */
export interface PrivacyRules {
  /**
   * Name of the configured provider. This plugin does not read the privacy of another provider's files from their
   * URLs.
   */
  provider(): string;
  /** Whether a file is private if its `fileInfo` has no value for `private`. */
  byDefault: boolean;
  /** Whether the `fileInfo` of a file may set `private`. */
  perFile: boolean;
}

/**
 * Returns whether a new file is private.
 *
 * @throws errors.ValidationError if the `fileInfo` chooses and the configuration does not allow a choice
 */
export function privacyOfNew(
  { private: asked }: FileInfo,
  { byDefault, perFile }: PrivacyRules
): boolean {
  const isPrivate = asked ?? byDefault;
  if (isPrivate !== byDefault && !perFile) {
    throw refused(
      `fileInfo.private: a request cannot make a file ${isPrivate ? 'private' : 'public'} here, ` +
        'because the setting "allowPrivate" of the upload plugin is not true.',
      asked
    );
  }
  return isPrivate;
}

/**
 * Returns whether a stored file is private. A stored file cannot change between private and public: a client that
 * knows the old URL could still read the file, or could no longer read it.
 *
 * @throws errors.ValidationError if the `fileInfo` asks for a change
 */
export function privacyOfOld(
  { private: asked }: FileInfo,
  row: Pick<FileRow, 'url' | 'provider'>,
  { provider, byDefault }: PrivacyRules
): boolean {
  const isPrivate = row.provider === provider() ? isPrivateUrl(row.url) : byDefault;
  if (asked != null && asked !== isPrivate) {
    throw refused(
      'fileInfo.private: a stored file cannot be changed from private to public, or from public to private. Upload the file again instead.',
      asked
    );
  }
  return isPrivate;
}

const refused = (message: string, value: unknown): Error =>
  invalid(['fileInfo', 'private'], message, value);
