import { createReadStream } from 'node:fs';
import { toKilobytes } from '../util/units';
import type { Publication, PublishedObject, StagedObject, Storage, StoredObject } from './port';
import { withBucketPath } from './provider/bucket-path';
import { replaceIn, uploadTo, type UploadTarget } from './provider/calls';
import { fetchFrom, type Fetch } from './provider/fetch-from';
import type { ProviderFile } from './provider/interface';
import type { PatientProvider } from './provider/patience';
import type { SpoolFolder } from './spool-folder';

/**
 * Any npm upload provider with Strapi's interface. Files are spooled, since providers want a size
 * or a buffer.
 *
 * Its promises are weaker than those of a storage of ours, since such a provider can neither stage
 * nor undo, and is read by the URLs that it gave:
 * - A replacement under the same URL destroys the old bytes when it begins, and nothing brings
 *   them back if it fails then. Under a new URL (`replace.url: 'versioned'`) it is undone like an
 *   upload, by removing what is new.
 * - Readers see what the provider shows them while it writes, and what a call that failed may have
 *   stored stays: only the provider could tell. What a call stores that took too long is removed by recovery.
 * - An upload that was cut off by a crash is removed by key (`hash`, `ext`, `path`): providers that
 *   need the `provider_metadata` of a finished upload for that cannot find it.
 */
export class StrapiProviderStorage implements Storage {
  /**
   * @param provider gives `strapi.plugin('upload').provider` at the time of the call, since
   *   projects wrap that object
   * @param spool folder for the bytes until the provider has them
   * @param fetch Strapi's, which goes through the project's proxy; reads what is stored
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
    // The spooled copy is thrown away: what counts is the provider's.
  }

  publish(publication: Publication): Promise<PublishedObject> {
    return this.send(publication, (file) => uploadTo(this.target(), file));
  }

  newKeep(): string {
    return 'unkept';
  }

  /** The old bytes cannot be brought back. */
  swap(publication: Publication, old: StoredObject): Promise<PublishedObject> {
    return this.send(publication, (file) => replaceIn(this.target(), file, describeStored(old)));
  }

  async restore(): Promise<void> {
    // Nothing was kept.
  }

  async forget(): Promise<void> {
    // Nothing was kept.
  }

  async sync(): Promise<void> {
    // A provider's upload is durable when it returns, or never known to be.
  }

  open(stored: StoredObject): Promise<AsyncIterable<Uint8Array>> {
    return fetchFrom(this.provider.current(), describeStored(stored), this.fetch);
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
    return {
      ...changedFacts(told, file),
      url: file.url ?? '',
      previewUrl: file.previewUrl ?? null,
      provider_metadata: withBucketPath(file.provider_metadata, publication.address.path),
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

const describeStored = ({ about, ...stored }: StoredObject): ProviderFile => ({
  ...about,
  ...stored,
});

/** Facts that a provider may correct, as one does that stores images in another format. */
const CORRECTABLE = ['name', 'hash', 'ext', 'mime', 'width', 'height', 'size'] as const;

function changedFacts(told: ProviderFile, file: ProviderFile): Partial<PublishedObject> {
  return Object.fromEntries(
    CORRECTABLE.filter((fact) => file[fact] !== told[fact]).map((fact) => [fact, file[fact]])
  );
}
