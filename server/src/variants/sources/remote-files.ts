import { fetchFrom, type Fetch } from '../../storage/provider/fetch-from';
import type { UploadProvider } from '../../storage/provider/interface';
import { describeStored, readableUrl } from '../../storage/provider/stored-file';
import type { RemoteObject } from './source-rows';

interface RemoteFilesDeps {
  /** The provider of the project, including wrappers. Its calls have a timeout. */
  provider(): Pick<UploadProvider, 'isPrivate' | 'getSignedUrl'>;
  providerName(): string;
  /** Strapi's `fetch`, which uses the project's proxy. */
  fetch: Fetch;
  log: { warn(message: string): void };
}

/** Longest time for fetching one file, in ms. */
const PATIENCE = 30_000;

/** The files that other providers than the local disk keep. */
export class RemoteFiles {
  private lastAnswer = false;

  constructor(private readonly deps: RemoteFilesDeps) {}

  /** Whether the project's provider is another one than the local disk. */
  get isElsewhere(): boolean {
    return this.deps.providerName() !== 'local';
  }

  /** Whether files of the project's provider can be read only with signed URLs. */
  async isClosed(): Promise<boolean> {
    // The local disk has folders for private files, and needs no answer for all files.
    this.lastAnswer = this.isElsewhere && (await this.isPrivateNow(this.deps.provider()));
    return this.lastAnswer;
  }

  /** What the provider says. If it does not answer, its files count as private. */
  private async isPrivateNow(provider: Pick<UploadProvider, 'isPrivate'>): Promise<boolean> {
    try {
      return Boolean(await provider.isPrivate?.());
    } catch (error) {
      this.deps.log.warn(
        `upload: the provider does not tell whether its files are private: ${String(error)}`
      );
      return true;
    }
  }

  /** The result of the last {@link isClosed}; at first false. For callers that cannot wait. */
  get wasClosed(): boolean {
    return this.lastAnswer;
  }

  /** Whether an object can be read only with signed URLs. Files of former providers count as public. */
  async isPrivate({ provider }: RemoteObject): Promise<boolean> {
    return provider === this.deps.providerName() && this.isClosed();
  }

  /** The URL from which a client can read an object; null if the provider gives none. */
  async urlOf(object: RemoteObject): Promise<string | null> {
    try {
      return await readableUrl(this.providerOf(object), describeStored(object));
    } catch (error) {
      this.deps.log.warn(`upload: "${object.hash}" has no URL at its provider: ${String(error)}`);
      return null;
    }
  }

  /**
   * Opens the bytes of an object.
   *
   * @param signal ends the transfer
   * @throws UnreadableObject if they cannot be read within 30 seconds; also while they are being read
   */
  open(object: RemoteObject, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const { fetch } = this.deps;
    return fetchFrom(this.providerOf(object), describeStored(object), {
      fetch,
      patience: PATIENCE,
      signal,
    });
  }

  /** The provider of an object. The URLs of a former provider can only be used as they are. */
  private providerOf({ provider }: RemoteObject): Pick<UploadProvider, 'isPrivate'> {
    return provider === this.deps.providerName() ? this.deps.provider() : {};
  }
}
