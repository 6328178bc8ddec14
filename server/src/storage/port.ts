/** Bytes that nobody can read yet. */
export interface StagedObject {
  id: string;
  /** Bytes. */
  size: number;
  /** Of the staged bytes, in hex. */
  sha256: string;
  /** A local file with the bytes, for steps that must read them again, and for a project's code. */
  path: string;
  /** Of that file when its last byte was written. */
  state?: FileState;
}

/** What tells whether somebody has written to a file since: its inode, and its times in nanoseconds. */
export type FileState = Record<'size' | 'ino' | 'mtimeNs' | 'ctimeNs', bigint>;

/** Under which name and with which facts an object is published. */
export interface ObjectAddress {
  name: string;
  /** Key without extension; safe to use as a file name. */
  hash: string;
  ext: string;
  mime: string;
  /** Folder inside the bucket, for storages that have such. */
  path: string | null;
  /** Whether it is read with a signed URL only; for storages that keep such files apart. */
  private?: true;
}

/** The name of an object in its storage, which tells it from the others. */
export const keyOf = ({ hash, ext }: Pick<ObjectAddress, 'hash' | 'ext'>): string =>
  `${hash}${ext ?? ''}`;

/** The part of an address that says whether an object is private. */
export const privacy = (isPrivate: boolean): Pick<ObjectAddress, 'private'> =>
  isPrivate ? { private: true } : {};

/** What a marker tells of an object: enough to remove it. */
export type MarkedObject = Pick<ObjectAddress, 'hash' | 'ext' | 'private'>;

/** Markers that a process has left which lives no more. */
export interface AbandonedMarkers {
  key: string;
  objects: MarkedObject[];
  /** Whether all of them are there still. */
  areSet(): boolean;
  clear(): Promise<void>;
}

/**
 * Names which objects may be reachable although no row in the database tells of them: as the ledger's staged rows do, without
 * a commit. Each marker is an empty file in the staging folder whose name tells the key of the ledger row that is to come, and the object.
 */
export interface Markers {
  /** Whether names of this length can be marked. */
  fits(objects: readonly MarkedObject[]): boolean;
  /**
   * Marks objects that are about to become reachable. It survives a power cut.
   *
   * @param objects of one file, first the file itself
   */
  set(key: string, objects: readonly MarkedObject[]): Promise<void>;
  /** Whether nobody has taken the objects back: recovery clears their markers before it forgets their key. */
  areSet(key: string, objects: readonly MarkedObject[]): boolean;
  /** Idempotent. The file itself goes last: by its name recovery sees that a file row is there, wherever this was broken off. */
  clear(key: string, objects: readonly MarkedObject[]): Promise<void>;
  /** Those of processes that have been silent for longer than a lease. */
  abandoned(): Promise<AbandonedMarkers[]>;
}

/** What a storage tells of an object that it has published, and what it has changed about it. */
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

/** What else is known of a file, for providers that want to know: image size, folder, texts. */
interface Described {
  about?: Record<string, unknown>;
}

/** An object that a row names: enough to find its bytes again. */
export type StoredObject = ObjectAddress & PublishedObject & Described;

/** Bytes that cannot be read; the message is a sentence on why. */
export class UnreadableObject extends Error {
  override name = 'UnreadableObject';
}

/** Publishing one object: the staged bytes and where they go. */
export interface Publication extends Described {
  staged: StagedObject;
  address: ObjectAddress;
}

/**
 * Where bytes live. A method that fails leaves nothing of its own behind; what earlier calls made
 * is undone with `discard`, `restore` or `remove`. What undoes or ends something is idempotent, and
 * can be called by another process than the one that began it.
 */
export interface Storage {
  /** Writes the bytes, once, and computes their SHA-256 on the way. */
  stage(body: AsyncIterable<Uint8Array>): Promise<StagedObject>;
  /** Makes staged bytes survive a power cut; what is thrown away before never costs that. */
  persist(staged: readonly StagedObject[]): Promise<void>;
  /** Atomic: not there, then there. The staged object is used up. */
  publish(publication: Publication): Promise<PublishedObject>;
  /** A new name under which a swap can keep the old bytes. */
  newKeep(): string;
  /**
   * Atomic: readers of the address, which is that of `old`, get the old bytes or the new ones.
   * The old ones are kept under `keep` until `restore` or `forget`.
   */
  swap(publication: Publication, old: StoredObject, keep: string): Promise<PublishedObject>;
  /** Puts the bytes kept under `keep` back; where none are, the swap never came that far. */
  restore(address: ObjectAddress, keep: string): Promise<void>;
  /** Gives up the bytes kept under `keep`. */
  forget(keep: string): Promise<void>;
  /** Makes what was published so far survive a power cut. */
  sync(): Promise<void>;
  /**
   * The bytes as they are now, once; a swap that comes meanwhile does not change them.
   *
   * @throws UnreadableObject where they are not there, or cannot be had
   */
  open(stored: StoredObject): Promise<AsyncIterable<Uint8Array>>;
  discard(staged: StagedObject): Promise<void>;
  remove(stored: StoredObject): Promise<void>;
  /** Says that this process lives, so that others leave what it has staged alone. */
  touch?(): Promise<void>;
  /** Clears up what processes left that live no more, but not the names in `kept`. */
  sweep?(kept: readonly string[]): Promise<void>;
  /** Where it has a place for them: a storage whose objects this process alone makes reachable. */
  readonly markers?: Markers;
  /** This process stages nothing any more. */
  close?(): Promise<void>;
}
