/** Bytes that are written, but that nobody can read yet. */
export interface StagedObject {
  id: string;
  /** Number of bytes. */
  size: number;
  /** SHA-256 of the staged bytes, in hex. */
  sha256: string;
  /** A local file with the bytes, for steps that must read them again, and for code of the project. */
  path: string;
  /** State of that file right after its last byte was written. */
  state?: FileState;
}

/** Shows whether a file has been written to since: its size and inode, and its times in nanoseconds. */
export type FileState = Record<'size' | 'ino' | 'mtimeNs' | 'ctimeNs', bigint>;

/** The name under which an object is published, and its properties. */
export interface ObjectAddress {
  name: string;
  /** Key without extension; safe to use as a file name. */
  hash: string;
  ext: string;
  mime: string;
  /** Folder inside the bucket, for storages that have such folders. */
  path: string | null;
  /** Whether the object is readable with a signed URL only; for storages that keep private files apart. */
  private?: true;
}

/** The name of an object, unique in its storage. */
export const keyOf = ({ hash, ext }: Pick<ObjectAddress, 'hash' | 'ext'>): string =>
  `${hash}${ext ?? ''}`;

/** The field `private` of an address: set only if the object is private. */
export const privacy = (isPrivate: boolean): Pick<ObjectAddress, 'private'> =>
  isPrivate ? { private: true } : {};

/** What a marker says about an object: enough to remove it. */
export type MarkedObject = Pick<ObjectAddress, 'hash' | 'ext' | 'private'>;

/** Markers that a dead process has left. */
export interface AbandonedMarkers {
  key: string;
  objects: MarkedObject[];
  /** Whether all of the markers still exist. */
  areSet(): boolean;
  clear(): Promise<void>;
}

/**
 * Markers note which objects may be reachable although no row in the database names them. They do the same as the
 * ledger's staged rows, but need no commit. Each marker is an empty file in the staging folder. Its name contains the
 * key of the future ledger row, and the name of the object.
 */
export interface Markers {
  /** Whether the names of the objects are short enough to be marked. */
  fits(objects: readonly MarkedObject[]): boolean;
  /**
   * Marks objects that are about to become reachable. The markers survive a power cut.
   *
   * @param objects of one file; the file's own object comes first
   */
  set(key: string, objects: readonly MarkedObject[]): Promise<void>;
  /**
   * Whether all markers still exist. If not, recovery has taken the objects back: it clears their markers before it
   * forgets their key.
   */
  areSet(key: string, objects: readonly MarkedObject[]): boolean;
  /**
   * Idempotent. Clears the marker of the file's own object last: recovery needs that name to see that the row of
   * `files` exists, even if clearing was interrupted.
   */
  clear(key: string, objects: readonly MarkedObject[]): Promise<void>;
  /** The markers of processes that have been silent for longer than a lease. */
  abandoned(): Promise<AbandonedMarkers[]>;
}

/** What a storage reports about an object that it has published, with the properties that it has changed. */
export interface PublishedObject extends Partial<Omit<ObjectAddress, 'path'>> {
  url: string;
  previewUrl?: string | null;
  provider_metadata?: unknown;
  /** Pixels. */
  width?: number;
  height?: number;
  /** Kilobytes of 1000 bytes, two decimals. */
  size?: number;
}

/** More about a file (image size, folder, texts), for providers that use it. */
interface Described {
  about?: Record<string, unknown>;
}

/** An object as a row of the database describes it: enough to find its bytes again. */
export type StoredObject = ObjectAddress & PublishedObject & Described;

/** Bytes that cannot be read. The message is a sentence that says why. */
export class UnreadableObject extends Error {
  override name = 'UnreadableObject';
}

/** The publishing of one object: its staged bytes and their address. */
export interface Publication extends Described {
  staged: StagedObject;
  address: ObjectAddress;
}

/**
 * Stores bytes. A method that fails leaves nothing of its own behind; `discard`, `restore` or `remove` undo what
 * earlier calls did. Methods that undo or end something are idempotent. Another process can call them than the one that
 * began the work.
 */
export interface Storage {
  /** Reads the body once, writes its bytes, and computes their SHA-256 on the way. */
  stage(body: AsyncIterable<Uint8Array>): Promise<StagedObject>;
  /** Makes staged bytes survive a power cut. Bytes that are discarded before this call never cost a sync. */
  persist(staged: readonly StagedObject[]): Promise<void>;
  /** Atomic: the object is either absent or complete. The staged object no longer exists afterwards. */
  publish(publication: Publication): Promise<PublishedObject>;
  /** A new name under which a swap can keep the old bytes. */
  newKeep(): string;
  /**
   * Atomic: readers of the address (the same as that of `old`) get either the old bytes or the new ones. The old bytes
   * are kept under `keep` until `restore` or `forget`.
   */
  swap(publication: Publication, old: StoredObject, keep: string): Promise<PublishedObject>;
  /** Puts the bytes kept under `keep` back. If there are none, the swap never came that far. */
  restore(address: ObjectAddress, keep: string): Promise<void>;
  /** Removes the bytes kept under `keep`. */
  forget(keep: string): Promise<void>;
  /** Makes all objects published so far survive a power cut. */
  sync(): Promise<void>;
  /**
   * Opens the current bytes for one reading. A swap during the reading does not change them.
   *
   * @throws UnreadableObject if the bytes are missing or cannot be read
   */
  open(stored: StoredObject): Promise<AsyncIterable<Uint8Array>>;
  discard(staged: StagedObject): Promise<void>;
  remove(stored: StoredObject): Promise<void>;
  /** Shows that this process lives, so that other processes leave its staged files alone. */
  touch?(): Promise<void>;
  /** Removes what dead processes left, except for the names in `kept`. */
  sweep?(kept: readonly string[]): Promise<void>;
  /** Only for a storage whose objects become reachable through this process alone. */
  readonly markers?: Markers;
  /** Called when this process stages nothing any more. */
  close?(): Promise<void>;
}
