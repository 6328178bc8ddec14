import type { ObjectAddress } from './address';

/** The data that a marker holds about an object. They suffice to remove the object. */
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
  /**
   * Whether the names of the objects are short enough to be marked.
   *
   * @example
   * storage.markers.fits([address]); // => true
   */
  fits(objects: readonly MarkedObject[]): boolean;
  /**
   * Marks objects that are about to become reachable. The markers survive a power cut.
   *
   * @param objects of one file; the file's own object comes first
   *
   * @example
   * await storage.markers.set('key', [address]);
   */
  set(key: string, objects: readonly MarkedObject[]): Promise<void>;
  /**
   * Whether all markers still exist. If not, recovery has taken the objects back: it clears their markers before it
   * forgets their key.
   *
   * @example
   * storage.markers.areSet('key', [address]); // => true
   */
  areSet(key: string, objects: readonly MarkedObject[]): boolean;
  /**
   * Clears the markers; idempotent. Clears the marker of the file's own object last: recovery needs that name to see
   * that the row of `files` exists, even if clearing was interrupted.
   *
   * @example
   * await storage.markers.clear('key', [address]);
   * storage.markers.areSet('key', [address]); // => false
   */
  clear(key: string, objects: readonly MarkedObject[]): Promise<void>;
  /**
   * Returns the markers of processes that have been silent for longer than a lease.
   *
   * @example
   * await storage.markers.abandoned(); // => []
   */
  abandoned(): Promise<AbandonedMarkers[]>;
}
