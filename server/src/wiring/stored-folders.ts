/** Absolute paths of the folders of stored files. */
export interface StoredFolders {
  uploads: string;
  /** Null if the local disk has no private files. */
  privateFiles: string | null;
  /** Folder in which variants of private files lie. It may not exist yet. */
  variantsOfPrivate: string;
}
