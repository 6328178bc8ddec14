import apiUploadFolder from './api-upload-folder';
import delivery from './delivery';
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
  delivery,
  'image-manipulation': imageManipulation,
  'api-upload-folder': apiUploadFolder,
};
