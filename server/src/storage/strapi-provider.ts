import { createReadStream } from 'node:fs';
import { toKilobytes } from '../util/units';
import type { Publication, PublishedObject, StagedObject, Storage, StoredObject } from './port';
import { withBucketPath } from './provider/bucket-path';
import { replaceIn, uploadTo, type UploadTarget } from './provider/calls';
import { fetchFrom, type Fetch } from './provider/fetch-from';
import type { ProviderFile } from './provider/interface';
import type { PatientProvider } from './provider/patience';
import { describeStored } from './provider/stored-file';
import type { SpoolFolder } from './spool-folder';

/** Timeout for reading one file, in ms. */
const READ_PATIENCE = 300_000;

/**
 * A storage that uses any npm upload provider with Strapi's interface. Files are spooled first, since providers need a
 * size or a buffer.
 *
 * The guarantees are weaker than those of the local storage, since such a provider can neither stage nor undo, and
 * clients read from the provider's own URLs:
 *
 * - A replacement under the same URL destroys the old bytes when it begins. If it fails later, nothing can restore
 *   them. A replacement under a new URL (`replace.url: 'versioned'`) is undone like an upload: the new object is
 *   removed.
 * - Readers see what the provider shows them while it writes. Bytes that a failed call may have stored stay, since only
 *   the provider could tell whether there are any. Recovery removes what a call stores after its timeout.
 * - An upload that was cut off by a crash is removed by its key (`hash`, `ext`, `path`). Providers that need the
 *   `provider_metadata` of a finished upload to delete it cannot find it.
 */
export class StrapiProviderStorage implements Storage {
  /**
   * @param provider gives `strapi.plugin('upload').provider` at the time of the call, since projects wrap that object
   * @param spool folder for the bytes until the provider has stored them
   * @param fetch Strapi's `fetch`, which uses the project's proxy; reads stored files
   */
  constructor(
    private readonly provider: PatientProvider,
    private readonly spool: SpoolFolder,
    private readonly fetch: Fetch
  ) {}

  stage(body: AsyncIterable<Uint8Array>): Promise<StagedObject> {
    return this.spool.write(body);
  }

  async persist(): Promise<void> {
    // There is nothing to sync: the spooled copy is discarded, and only the provider's copy counts.
  }

  publish(publication: Publication): Promise<PublishedObject> {
    return this.send(publication, (file) => uploadTo(this.target(), file));
  }

  newKeep(): string {
    return 'unkept';
  }

  /** Replaces the old bytes. They are lost for good. */
  swap(publication: Publication, old: StoredObject): Promise<PublishedObject> {
    return this.send(publication, (file) => replaceIn(this.target(), file, describeStored(old)));
  }

  async restore(): Promise<void> {
    // There is nothing to restore, since `swap` keeps no bytes.
  }

  async forget(): Promise<void> {
    // There is nothing to remove, since `swap` keeps no bytes.
  }

  async sync(): Promise<void> {
    // There is nothing to do: a provider's upload should be durable when it returns. If it is not, this plugin cannot
    // know.
  }

  open(stored: StoredObject): Promise<AsyncIterable<Uint8Array>> {
    const fetching = { fetch: this.fetch, patience: READ_PATIENCE };
    return fetchFrom(this.provider.current(), describeStored(stored), fetching);
  }

  discard(staged: StagedObject): Promise<void> {
    return this.spool.discard(staged);
  }

  async remove(stored: StoredObject): Promise<void> {
    await this.provider.current().delete(describeStored(stored));
  }

  touch(): Promise<void> {
    return this.spool.touch();
  }

  sweep(kept: readonly string[]): Promise<void> {
    return this.spool.sweep(kept);
  }

  close(): Promise<void> {
    return this.spool.close();
  }

  private target(): UploadTarget {
    return { provider: this.provider.current(), timeout: this.provider.timeouts().upload };
  }

  private async send(
    publication: Publication,
    work: (file: ProviderFile) => Promise<void>
  ): Promise<PublishedObject> {
    const told = describe(publication);
    const file = { ...told };
    await work(file);
    await this.discard(publication.staged);
    const { url = '', previewUrl } = file;
    const metadata = withBucketPath(file.provider_metadata, publication.address.path);
    // A format has only the keys that the provider has set, as with the built-in.
    return {
      ...changedFacts(told, file),
      url,
      ...(previewUrl == null ? {} : { previewUrl }),
      ...(metadata === null ? {} : { provider_metadata: metadata }),
    };
  }
}

function describe({ staged, address, about }: Publication): ProviderFile {
  return {
    ...about,
    ...address,
    size: toKilobytes(staged.size),
    sizeInBytes: staged.size,
    filepath: staged.path,
    getStream: () => createReadStream(staged.path),
  };
}

/** Properties that a provider may correct, for example because it stores images in another format. */
const CORRECTABLE = ['name', 'hash', 'ext', 'mime', 'width', 'height', 'size'] as const;

function changedFacts(told: ProviderFile, file: ProviderFile): Partial<PublishedObject> {
  return Object.fromEntries(
    CORRECTABLE.filter((fact) => file[fact] !== told[fact]).map((fact) => [fact, file[fact]])
  );
}
