import about from './admin/about';
import file from './admin/file';
import folder from './admin/folder';
import folderFile from './admin/folder-file';
import regenerate from './admin/regenerate';
import settings from './admin/settings';
import upload from './admin/upload';
import viewConfiguration from './admin/view-configuration';
import contentApi from './content-api';

export default {
  'admin-about': about,
  'admin-file': file,
  'admin-folder': folder,
  'admin-folder-file': folderFile,
  'admin-regenerate': regenerate,
  'admin-settings': settings,
  'admin-upload': upload,
  'content-api': contentApi,
  'view-configuration': viewConfiguration,
};
