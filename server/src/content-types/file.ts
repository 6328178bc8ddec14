import { FOLDER_UID } from '../config/constants';

const hidden = { visible: false };
const fixed = { configurable: false };

const index = (column: string) => ({
  name: `upload_files_${column}_index`,
  columns: [column],
  type: null,
});

/**
 * A stored file. The table is that of the built-in plugin, so both plugins can use the same database. `related` is
 * the morph relation behind a model's `"type": "media"` attribute. A row of its join table names the entry by model
 * uid, id and field.
 */
export default {
  schema: {
    collectionName: 'files',
    info: { singularName: 'file', pluralName: 'files', displayName: 'File', description: '' },
    options: {},
    pluginOptions: { 'content-manager': hidden, 'content-type-builder': hidden },
    attributes: {
      name: { type: 'string', ...fixed, required: true },
      alternativeText: { type: 'text', ...fixed },
      caption: { type: 'text', ...fixed },
      focalPoint: { type: 'json', ...fixed },
      width: { type: 'integer', ...fixed },
      height: { type: 'integer', ...fixed },
      formats: { type: 'json', ...fixed },
      hash: { type: 'string', ...fixed, required: true },
      ext: { type: 'string', ...fixed },
      mime: { type: 'string', ...fixed, required: true },
      size: { type: 'decimal', ...fixed, required: true },
      url: { type: 'text', ...fixed, required: true },
      previewUrl: { type: 'text', ...fixed },
      provider: { type: 'string', ...fixed, required: true },
      provider_metadata: { type: 'json', ...fixed },
      related: { type: 'relation', relation: 'morphToMany', ...fixed },
      folder: {
        type: 'relation',
        relation: 'manyToOne',
        target: FOLDER_UID,
        inversedBy: 'files',
        private: true,
      },
      folderPath: {
        type: 'string',
        minLength: 1,
        required: true,
        private: true,
        searchable: false,
      },
    },
    // The built-in plugin has no index on `mime` or `hash`. Lists are filtered by `mime`. A key from a project's
    // `generateFileName` is looked up in `hash`, to check whether it is in use.
    indexes: ['folder_path', 'created_at', 'updated_at', 'name', 'size', 'ext', 'mime', 'hash'].map(
      index
    ),
  },
};
