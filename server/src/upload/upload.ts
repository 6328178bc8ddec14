import type { FileInfo } from '../types/rows';
import type { StartedFile } from './derive/started-file';

/** A file to be stored, with what the caller says about it. */
export interface Upload {
  file: StartedFile;
  info: FileInfo;
  /** Folder inside the bucket. */
  path: string | null;
  isPrivate: boolean;
}
