export type { UploadedFile } from './answer';
export { UploadError, type ServerError, type UploadFailure } from './error';
export type { UploadProgress } from './send';
export {
  uploadFiles,
  type NativeFile,
  type UploadFileInfo,
  type UploadInput,
  type UploadOptions,
} from './upload-files';
