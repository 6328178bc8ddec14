import type { FormRequest } from './read-form';
import type { DiskFile } from '../ingest/received-file';

/** A file of a form, and the field that it came in. */
export interface FormFile {
  field: string;
  file: DiskFile;
}

/** The files of a form as the project's code has left them, in the order of their fields. */
export const formFilesOf = ({ files }: FormRequest): FormFile[] =>
  Object.entries(files ?? {}).flatMap(([field, some]) =>
    ([some].flat() as Array<DiskFile | null | undefined>).flatMap((file) =>
      file ? { field, file } : []
    )
  );
