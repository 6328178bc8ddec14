/** Folder below the project's public folder, and first part of the URL path. */
export const UPLOADS = 'uploads';

/** Second part of the URL path of private files; no public file's key has a slash. */
const PRIVATE = 'private/';

/** What can be the name of a stored object: one file in the folder, and no hidden one. */
export const isKey = (key: string): boolean => /^[^./\\\0][^/\\\0]*$/.test(key);

/** The URL of an object as it is stored: with its path alone, and never signed. */
export const storedUrl = (key: string, isPrivate: boolean): string =>
  `/${UPLOADS}/${isPrivate ? PRIVATE : ''}${key}`;

/** Whether a stored URL is a private file's: no other file of ours, and no provider's, begins so. */
export const isPrivateUrl = (url: unknown): url is string =>
  typeof url === 'string' && url.startsWith(storedUrl('', true));

/** Whether the path below that of the folder is in the place of private files. */
export const isPrivateName = (name: string): boolean => name.startsWith(PRIVATE);

/** The key of the object that such a path names; null where it can be none. */
export function privateKeyIn(name: string): string | null {
  const key = name.slice(PRIVATE.length);
  return isPrivateName(name) && isKey(key) ? key : null;
}
