import apiUploadFolder from './api-upload-folder';
import extensions from './extensions';
import file from './file';
import folder from './folder';
import imageManipulation from './image-manipulation';
import provider from './provider';
import upload from './upload';

export default {
  upload,
  file,
  folder,
  provider,
  extensions,
  'image-manipulation': imageManipulation,
  'api-upload-folder': apiUploadFolder,
};
