/** A folder's id as clients send it. */
export type FolderId = number | string;

/** The properties of a file that a caller may set. Each is stored in the column of the same name, except `private`. */
export interface FileInfo {
  name?: string | null | undefined;
  alternativeText?: string | null | undefined;
  caption?: string | null | undefined;
  focalPoint?: FocalPoint | null | undefined;
  /** Id of the Media Library folder. Only admin users and internal callers may set it, never callers over REST. */
  folder?: FolderId | null | undefined;
  /** Whether the file shall be private. This is not a column: it decides where the file is stored. */
  private?: boolean | null | undefined;
}

/** The point of an image that stays visible in crops, in percent of width and height. */
export interface FocalPoint {
  x: number;
  y: number;
}

/** Where to link uploaded files: a media attribute of one entry, as the client sent it. */
export interface LinkRequest {
  /** Uid of the model, or only its name. */
  ref: string;
  /** Numeric row id, or documentId, of the entry. */
  refId: string;
  /** Path of the media attribute, such as `cover`, `seo.image` or `blocks.0.image`. */
  field: string;
  /** Plugin that owns the model; used if `ref` is only the name of a model. */
  source?: string | undefined;
  /** The locale of a document; by default the project's default locale. */
  locale?: string | undefined;
  /** `draft`: link only the draft. Otherwise link the draft and, if there is one, the published version. */
  status?: LinkStatus | undefined;
}

/** The version of a document. */
export type LinkStatus = 'draft' | 'published';

/** One generated size of an image, as stored in `formats.<key>` of a row of `files`. */
export interface FileFormat {
  name: string;
  hash: string;
  ext: string;
  mime: string;
  path: string | null;
  width: number;
  height: number;
  /** Size in kilobytes of 1000 bytes, with two decimals. */
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
  /** Size in kilobytes of 1000 bytes, with two decimals. */
  size: number;
  url: string;
  previewUrl: string | null;
  provider: string;
  provider_metadata: unknown;
  folderPath: string;
  [attribute: string]: unknown;
}

/** The columns that a new or replaced file sets in its row of `files`. */
export type FileValues = Omit<FileRow, 'id' | 'documentId'>;

/** An admin user, who is recorded as creator and updater. */
export interface AdminUser {
  id: number;
}
