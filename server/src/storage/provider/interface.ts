import type { Readable } from 'node:stream';

/**
 * A file as providers get it (Strapi 5.54). They set `url`, maybe `previewUrl` and
 * `provider_metadata`, and may change what else they are told.
 */
export interface ProviderFile {
  name: string;
  /** Key without extension. */
  hash: string;
  ext?: string | null;
  mime?: string;
  /** Folder inside the bucket. */
  path?: string | null;
  /** Kilobytes of 1000 bytes, two decimals. */
  size?: number;
  sizeInBytes?: number;
  url?: string;
  previewUrl?: string | null;
  provider_metadata?: unknown;
  /** Opens the bytes anew. */
  getStream?(): Readable;
  /** The bytes, for `uploadStream` and `replaceStream`; during the call only. */
  stream?: Readable;
  /** The bytes, for `upload` and `replace`; during the call only. */
  buffer?: Buffer;
  [fact: string]: unknown;
}

/**
 * Strapi's provider interface, as `strapi.plugin('upload').provider` has it. Projects and plugins
 * call it, wrap it and put methods of their own in it. `options` are, unless the caller gives
 * others, `actionOptions.<method>` of the project's configuration.
 */
export interface UploadProvider {
  upload?(file: ProviderFile, options?: unknown): unknown;
  uploadStream?(file: ProviderFile, options?: unknown): unknown;
  replace?(file: ProviderFile, old: ProviderFile, options?: unknown): unknown;
  replaceStream?(file: ProviderFile, old: ProviderFile, options?: unknown): unknown;
  delete(file: ProviderFile, options?: unknown): unknown;
  /** @throws when the file is larger than `sizeLimit` bytes */
  checkFileSize?(file: ProviderFile, options: { sizeLimit: number }): unknown;
  /** Whether its files can be read with signed URLs only. */
  isPrivate?(): boolean | Promise<boolean>;
  getSignedUrl?(file: ProviderFile, options?: unknown): { url: string } | Promise<{ url: string }>;
}
