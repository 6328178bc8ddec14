import type { DiskFile } from '../../upload/receive/received-file';

/** A multipart request as a project's code and controllers find it, in the shape that koa-body gives. */
export interface FormRequest {
  body?: Record<string, unknown>;
  files?: Record<string, unknown>;
}

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
