import type { Readable } from 'node:stream';

/**
 * A file as providers get it (Strapi 5.54). Providers set `url`, and may set `previewUrl` and `provider_metadata`. They
 * may also change the other properties.
 */
export interface ProviderFile {
  name: string;
  /** Key of the file without extension. */
  hash: string;
  ext?: string | null;
  mime?: string;
  /** Folder inside the bucket. */
  path?: string | null;
  /** Size in kilobytes of 1000 bytes, with two decimals. */
  size?: number;
  sizeInBytes?: number;
  url?: string;
  previewUrl?: string | null;
  provider_metadata?: unknown;
  /** Opens a new stream of the bytes. */
  getStream?(): Readable;
  /** The bytes, for `uploadStream` and `replaceStream`; set only during the call. */
  stream?: Readable;
  /** The bytes, for `upload` and `replace`; set only during the call. */
  buffer?: Buffer;
  [fact: string]: unknown;
}

/**
 * Strapi's provider interface, the type of `strapi.plugin('upload').provider`. Projects and plugins call it, wrap it
 * and add methods of their own. The default of `options` is `actionOptions.<method>` of the project's configuration.
 */
export interface UploadProvider {
  upload?(file: ProviderFile, options?: unknown): unknown;
  uploadStream?(file: ProviderFile, options?: unknown): unknown;
  replace?(file: ProviderFile, old: ProviderFile, options?: unknown): unknown;
  replaceStream?(file: ProviderFile, old: ProviderFile, options?: unknown): unknown;
  delete(file: ProviderFile, options?: unknown): unknown;
  /**
   * Checks the size of a file.
   *
   * @throws when the file is larger than `sizeLimit` bytes
   */
  checkFileSize?(file: ProviderFile, options: { sizeLimit: number }): unknown;
  /** Whether files of this provider can be read with signed URLs only. */
  isPrivate?(): boolean | Promise<boolean>;
  getSignedUrl?(file: ProviderFile, options?: unknown): { url: string } | Promise<{ url: string }>;
}
