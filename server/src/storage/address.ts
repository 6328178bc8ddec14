/**
 * The name under which an object is published, and its properties.
 *
 * @example
 * const address = { name: 'beach.txt', hash: 'beach_1f2e', ext: '.txt', mime: 'text/plain', path: null };
 */
export interface ObjectAddress {
  name: string;
  /** Key without extension; safe to use as a file name. */
  hash: string;
  ext: string;
  mime: string;
  /** Folder inside the bucket, for storages that have such folders. */
  path: string | null;
  /** Set if the object is readable with a signed URL only, in a storage that keeps private files apart. */
  private?: true;
}

/**
 * The name of an object, unique in its storage.
 *
 * @example
 * keyOf(address); // => 'beach_1f2e.txt'
 */
export const keyOf = ({ hash, ext }: Pick<ObjectAddress, 'hash' | 'ext'>): string =>
  `${hash}${ext ?? ''}`;

/**
 * The field `private` of an address: set only if the object is private.
 *
 * @example
 * privacy(true); // => { private: true }
 * privacy(false); // => {}
 */
export const privacy = (isPrivate: boolean): Pick<ObjectAddress, 'private'> =>
  isPrivate ? { private: true } : {};
