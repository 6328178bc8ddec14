import type { ObjectAddress } from './address';
import type { Markers } from './markers-port';

export { keyOf, privacy, type ObjectAddress } from './address';

/** Bytes that are written, but that nobody can read yet. */
export interface StagedObject {
  id: string;
  /** Number of bytes. */
  size: number;
  /** SHA-256 of the staged bytes, in hex. */
  sha256: string;
  /** Path of a local file with the bytes, for steps that must read them again, and for code of the project. */
  path: string;
  /** State of the file at `path`, right after its last byte was written. */
  state?: FileState;
}

/**
 * The facts that show whether a file was written to since they were read: its size and inode, and its times in
 * nanoseconds.
 */
export type FileState = Record<'size' | 'ino' | 'mtimeNs' | 'ctimeNs', bigint>;

/** What a storage reports about an object that it has published, with the properties that it has changed. */
export interface PublishedObject extends Partial<Omit<ObjectAddress, 'path'>> {
  url: string;
  previewUrl?: string | null;
  provider_metadata?: unknown;
  /** Width and height in pixels. */
  width?: number;
  height?: number;
  /** Size in kilobytes of 1000 bytes, with two decimals. */
  size?: number;
}

/** Further facts about a file (image size, folder, texts), for providers that use them. */
interface Described {
  about?: Record<string, unknown>;
}

/** An object as a row of the database describes it: enough to find its bytes again. */
export type StoredObject = ObjectAddress & PublishedObject & Described;

/** Thrown if stored bytes cannot be read. The message is a sentence that says why. */
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
 * earlier calls did. Methods that undo or end something are idempotent. Another process than the one that began the
 * work can call them.
 */
export interface Storage {
  /**
   * Reads the body once, writes its bytes, and computes their SHA-256 on the way.
   *
   * @example
   * const staged = await storage.stage(Readable.from([Buffer.from('old')]));
   * staged.size; // => 3
   */
  stage(body: AsyncIterable<Uint8Array>): Promise<StagedObject>;
  /**
   * Makes staged bytes survive a power cut. Bytes that are discarded before this call never cost a sync.
   *
   * @example
   * await storage.persist([staged]);
   */
  persist(staged: readonly StagedObject[]): Promise<void>;
  /**
   * Publishes an object. Atomic: the object is either absent or complete. The staged object no longer exists
   * afterwards.
   *
   * @example
   * const published = await storage.publish({ staged, address });
   * published.url; // => '/uploads/beach_1f2e.txt'
   */
  publish(publication: Publication): Promise<PublishedObject>;
  /**
   * Returns a new name under which a swap can keep the old bytes.
   *
   * @example
   * const keep = storage.newKeep();
   */
  newKeep(): string;
  /**
   * Replaces an object. Atomic: readers of the address, which is also the address of `old`, get either the old bytes or
   * the new ones. The old bytes are kept under `keep` until `restore` or `forget`.
   *
   * @example
   * const stored = { ...address, ...published };
   * const anew = await storage.stage(Readable.from([Buffer.from('new')]));
   * await storage.swap({ staged: anew, address }, stored, keep);
   */
  swap(publication: Publication, old: StoredObject, keep: string): Promise<PublishedObject>;
  /**
   * Puts the bytes kept under `keep` back. Does nothing if the swap kept no bytes.
   *
   * @example
   * await storage.restore(address, keep);
   */
  restore(address: ObjectAddress, keep: string): Promise<void>;
  /**
   * Removes the bytes kept under `keep`.
   *
   * @example
   * await storage.forget(keep);
   */
  forget(keep: string): Promise<void>;
  /**
   * Makes all objects published so far survive a power cut.
   *
   * @example
   * await storage.sync();
   */
  sync(): Promise<void>;
  /**
   * Opens the current bytes for one reading. A swap during the reading does not change them.
   *
   * @throws UnreadableObject if the bytes are missing or cannot be read
   *
   * @example
   * await text(await storage.open(stored)); // => 'old'
   */
  open(stored: StoredObject): Promise<AsyncIterable<Uint8Array>>;
  /**
   * Removes staged bytes. Idempotent.
   *
   * @example
   * const unwanted = await storage.stage(Readable.from([Buffer.from('never published')]));
   * await storage.discard(unwanted);
   */
  discard(staged: StagedObject): Promise<void>;
  /**
   * Removes a published object. Idempotent.
   *
   * @example
   * await storage.remove(stored);
   * await storage.open(stored).catch(({ name }) => name); // => 'UnreadableObject'
   */
  remove(stored: StoredObject): Promise<void>;
  /**
   * Shows that this process is alive, so that other processes leave its staged files alone.
   *
   * @example
   * await storage.touch();
   */
  touch?(): Promise<void>;
  /**
   * Removes files that dead processes left, except for the names in `kept`.
   *
   * @example
   * await storage.sweep([]);
   */
  sweep?(kept: readonly string[]): Promise<void>;
  /** The markers of this storage. Present only if this process alone makes its objects reachable. */
  readonly markers?: Markers;
  /**
   * Ends the use of the storage. Called when this process stages nothing any more.
   *
   * @example
   * await storage.close();
   */
  close?(): Promise<void>;
}
