import type { ParityCase } from '../harness/case';
import { adminAccess, contentAccess } from './access';
import { adminAi } from './admin-ai';
import { adminBulk } from './admin-bulk';
import { adminConditions } from './admin-conditions';
import { adminFiles } from './admin-files';
import { adminFolders } from './admin-folders';
import { adminSettings } from './admin-settings';
import { adminChange } from './admin-change';
import { adminUpload } from './admin-upload';
import { adminUrls } from './admin-urls';
import { contentChange } from './content-change';
import { contentForms } from './content-forms';
import { contentLinks } from './content-links';
import { contentRead } from './content-read';
import { contentUpload } from './content-upload';
import { otherForms } from './other-forms';
import { serving } from './serving';

/** All cases by area. */
export const AREAS: Record<string, ParityCase[]> = {
  'content API: uploading': contentUpload,
  'content API: what forms hold': contentForms,
  'content API: linking': contentLinks,
  'content API: updating, replacing, deleting': contentChange,
  'content API: reading': contentRead,
  'content API: who may': contentAccess,
  'forms to other routes': otherForms,
  'files of the local provider': serving,
  'admin API: who may': adminAccess,
  'admin API: settings': adminSettings,
  'admin API: uploading': adminUpload,
  'admin API: updating, replacing, deleting': adminChange,
  'admin API: reading': adminFiles,
  'admin API: folders': adminFolders,
  'admin API: many at once': adminBulk,
  'admin API: files from URLs': adminUrls,
  'admin API: AI metadata': adminAi,
  'admin API: conditions': adminConditions,
};
