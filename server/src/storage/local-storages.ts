import { createReadStream } from 'node:fs';
import { allOf } from '../util/parallel';
import { codeOf } from './disk';
import type { LocalStorage } from './local';
import type { Markers } from './markers-port';
import type {
  ObjectAddress,
  Publication,
  PublishedObject,
  StagedObject,
  Storage,
  StoredObject,
} from './port';

/**
 * Public and private files of the local disk, each kind in its own folder. Whether a file is private may become known
 * only after its bytes have arrived, so the bytes of all files are staged in one of the two folders, always the same.
 */
export class LocalStorages implements Storage {
  private readonly both: readonly [LocalStorage, LocalStorage];
  readonly markers: Markers;

  /** @param staging where all bytes are staged: one of the other two storages, best the one where most files stay */
  constructor(
    private readonly publicFiles: LocalStorage,
    private readonly privateFiles: LocalStorage,
    private readonly staging: LocalStorage
  ) {
    this.both = [publicFiles, privateFiles];
    const { markers } = staging;
    this.markers = {
      fits: (objects) => markers.fits(objects),
      set: (key, objects) => markers.set(key, objects),
      areSet: (key, objects) => markers.areSet(key, objects),
      clear: (key, objects) => markers.clear(key, objects),
      // Searches both folders: the markers may lie in the other one if the configuration has changed since they were
      // written.
      abandoned: async () =>
        (await Promise.all(this.both.map((storage) => storage.markers.abandoned()))).flat(),
    };
  }

  stage(body: AsyncIterable<Uint8Array>): Promise<StagedObject> {
    return this.staging.stage(body);
  }

  persist(staged: readonly StagedObject[]): Promise<void> {
    return this.staging.persist(staged);
  }

  publish(publication: Publication): Promise<PublishedObject> {
    const storage = this.of(publication.address);
    return this.moving(publication, storage, (moved) => storage.publish(moved));
  }

  newKeep(): string {
    return this.staging.newKeep();
  }

  swap(publication: Publication, old: StoredObject, keep: string): Promise<PublishedObject> {
    const storage = this.of(publication.address);
    return this.moving(publication, storage, (moved) => storage.swap(moved, old, keep));
  }

  restore(address: ObjectAddress, keep: string): Promise<void> {
    return this.of(address).restore(address, keep);
  }

  forget(keep: string): Promise<void> {
    return this.inBoth((storage) => storage.forget(keep));
  }

  sync(): Promise<void> {
    return this.inBoth((storage) => storage.sync());
  }

  discard(staged: StagedObject): Promise<void> {
    return this.staging.discard(staged);
  }

  remove(stored: StoredObject): Promise<void> {
    return this.of(stored).remove(stored);
  }

  touch(): Promise<void> {
    return this.inBoth((storage) => storage.touch());
  }

  sweep(kept: readonly string[]): Promise<void> {
    return this.inBoth((storage) => storage.sweep(kept));
  }

  close(): Promise<void> {
    return this.inBoth((storage) => storage.close());
  }

  open(stored: StoredObject): Promise<AsyncIterable<Uint8Array>> {
    return this.of(stored).open(stored);
  }

  private of(address: Pick<ObjectAddress, 'private'>): LocalStorage {
    return address.private ? this.privateFiles : this.publicFiles;
  }

  private inBoth(work: (storage: LocalStorage) => Promise<void>): Promise<void> {
    return allOf(this.both.map(work));
  }

  /**
   * Publishes an object. If the two folders are on different file systems, a rename or link fails. Then the bytes are
   * copied first.
   */
  private async moving(
    publication: Publication,
    storage: LocalStorage,
    work: (publication: Publication) => Promise<PublishedObject>
  ): Promise<PublishedObject> {
    try {
      return await work(publication);
    } catch (error) {
      if (storage === this.staging || codeOf(error) !== 'EXDEV') {
        throw error;
      }
    }
    const copy = await storage.stage(createReadStream(publication.staged.path));
    try {
      await storage.persist([copy]);
      const published = await work({ ...publication, staged: copy });
      await this.discard(publication.staged);
      return published;
    } catch (error) {
      await storage.discard(copy);
      throw error;
    }
  }
}
