/** An id as clients send it. */
export type FolderId = number | string;

/** What a caller may say about a file; stored as it is in the columns of the same names, but for `private`. */
export interface FileInfo {
  name?: string | null | undefined;
  alternativeText?: string | null | undefined;
  caption?: string | null | undefined;
  focalPoint?: FocalPoint | null | undefined;
  /** Id of the Media Library folder; admin and internal callers only, never over REST. */
  folder?: FolderId | null | undefined;
  /** Whether it is to be private; no column: it decides where the file is stored. */
  private?: boolean | null | undefined;
}

/** The point of an image that crops keep, in percent of width and height. */
export interface FocalPoint {
  x: number;
  y: number;
}

/** Where uploaded files are to be linked: a model's media attribute of one entry, as sent. */
export interface LinkRequest {
  /** Uid or bare name of the model. */
  ref: string;
  /** Numeric row id, or documentId, of the entry. */
  refId: string;
  /** Path of the media attribute: `cover`, `seo.image`, `blocks.0.image`. */
  field: string;
  /** Plugin that owns the model, for a bare `ref`. */
  source?: string | undefined;
  /** The language of a document; without it the default one. */
  locale?: string | undefined;
  /** `draft`: the draft alone; else the draft and the published version where there is one. */
  status?: LinkStatus | undefined;
}

/** The version of a document. */
export type LinkStatus = 'draft' | 'published';

/** One generated size of an image, as stored in `formats.<key>` of a file row. */
export interface FileFormat {
  name: string;
  hash: string;
  ext: string;
  mime: string;
  path: string | null;
  width: number;
  height: number;
  /** Kilobytes of 1000 bytes, two decimals. */
  size: number;
  sizeInBytes: number;
  url: string;
  previewUrl?: string | null;
  provider_metadata?: unknown;
}

/** A row of `files`, as `strapi.db.query` returns it. */
export interface FileRow {
  id: number;
  documentId: string;
  name: string;
  alternativeText: string | null;
  caption: string | null;
  focalPoint: FocalPoint | null;
  width: number | null;
  height: number | null;
  formats: Record<string, FileFormat> | null;
  hash: string;
  ext: string | null;
  mime: string;
  /** Kilobytes of 1000 bytes, two decimals. */
  size: number;
  url: string;
  previewUrl: string | null;
  provider: string;
  provider_metadata: unknown;
  folderPath: string;
  [attribute: string]: unknown;
}

/** The columns of a file row that a new or replaced file sets. */
export type FileValues = Omit<FileRow, 'id' | 'documentId'>;

/** An admin user, who is recorded as creator and updater. */
export interface AdminUser {
  id: number;
}
