import { FILE_UID, FOLDER_UID } from '../config/constants';

const hidden = { visible: false };

const uniqueIndex = (column: string) => ({
  name: `upload_folders_${column}_index`,
  columns: [column],
  type: 'unique',
});

/**
 * A folder of the Media Library. The table is that of the built-in plugin. `path` contains the `pathId`s from the
 * root to the folder (`/1/4`).
 */
export default {
  schema: {
    collectionName: 'upload_folders',
    info: { singularName: 'folder', pluralName: 'folders', displayName: 'Folder' },
    options: {},
    pluginOptions: { 'content-manager': hidden, 'content-type-builder': hidden },
    attributes: {
      name: { type: 'string', minLength: 1, required: true },
      pathId: { type: 'integer', unique: true, required: true },
      parent: {
        type: 'relation',
        relation: 'manyToOne',
        target: FOLDER_UID,
        inversedBy: 'children',
      },
      children: { type: 'relation', relation: 'oneToMany', target: FOLDER_UID, mappedBy: 'parent' },
      files: { type: 'relation', relation: 'oneToMany', target: FILE_UID, mappedBy: 'folder' },
      path: { type: 'string', minLength: 1, required: true },
    },
    indexes: ['path_id', 'path'].map(uniqueIndex),
  },
};
