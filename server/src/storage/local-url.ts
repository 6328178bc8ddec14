/** Folder below the project's public folder, and also the first part of the URL path. */
export const UPLOADS = 'uploads';

/**
 * Second part of the URL path of private files. Keys of public files contain no slash, so no such key can begin this
 * way.
 */
const PRIVATE = 'private/';

/** Whether a key can be the name of a stored object: one file directly in the folder, not hidden. */
export const isKey = (key: string): boolean => /^[^./\\\0][^/\\\0]*$/.test(key);

/** The URL of an object as it is stored in the database: the path only, never signed. */
export const storedUrl = (key: string, isPrivate: boolean): string =>
  `/${UPLOADS}/${isPrivate ? PRIVATE : ''}${key}`;

/** Whether a stored URL belongs to a private file. No URL of a public file or of another provider starts this way. */
export const isPrivateUrl = (url: unknown): url is string =>
  typeof url === 'string' && url.startsWith(storedUrl('', true));

/** Whether a path below `/uploads/` points into the private files. */
export const isPrivateName = (name: string): boolean => name.startsWith(PRIVATE);

/** Returns the key of the private object that a path below `/uploads/` names; null if it names no private object. */
export function privateKeyIn(name: string): string | null {
  const key = name.slice(PRIVATE.length);
  return isPrivateName(name) && isKey(key) ? key : null;
}

/** Returns the object that a stored URL names; null if it names no object of the local disk. */
export function keyAt(url: string): { key: string; isPrivate: boolean } | null {
  const isPrivate = isPrivateUrl(url);
  const prefix = storedUrl('', isPrivate);
  const key = url.slice(prefix.length);
  return url.startsWith(prefix) && isKey(key) ? { key, isPrivate } : null;
}
