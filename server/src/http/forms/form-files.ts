import type { DiskFile } from '../../upload/receive/received-file';

/** A multipart request in the shape that a project's code and controllers expect, which is that of koa-body. */
export interface FormRequest {
  body?: Record<string, unknown>;
  files?: Record<string, unknown>;
}

/** A file of a form, and the name of its field. */
export interface FormFile {
  field: string;
  file: DiskFile;
}

/** The files of a form after a project's code may have changed them, in the order of their fields. */
export const formFilesOf = ({ files }: FormRequest): FormFile[] =>
  Object.entries(files ?? {}).flatMap(([field, some]) =>
    ([some].flat() as Array<DiskFile | null | undefined>).flatMap((file) =>
      file ? { field, file } : []
    )
  );
