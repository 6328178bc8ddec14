const authenticated = 'admin::isAuthenticatedAdmin';

/** Returns the policies of a route that needs this permission. */
const permitted = (action: string) => [
  authenticated,
  { name: 'admin::hasPermissions', config: { actions: [`plugin::upload.${action}`] } },
];

const READ = permitted('read');
const CREATE = permitted('assets.create');
const UPDATE = permitted('assets.update');
const SETTINGS = permitted('settings.read');

/**
 * Policies of a route that may accept a file. `FormRoutes` adds a policy before these that checks the permission and
 * reads the body.
 */
const UPLOAD = { policies: [authenticated] };

/** A method and a path, such as `GET /files/:id`. */
type Place = `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`;

function route(place: Place, handler: string, policies: unknown[]) {
  const [method = '', path = ''] = place.split(' ');
  return { method, path, handler, config: { policies } };
}

const upload = (place: Place, handler: string) => ({
  ...route(place, handler, []),
  config: UPLOAD,
});

/**
 * The API of the Media Library, below `/upload`: the routes of the built-in plugin (Strapi 5.54), and additional
 * routes of this plugin (`strapi-upload`, `usage`, `regenerate`).
 */
export default {
  type: 'admin',
  routes: [
    route('GET /strapi-upload', 'admin-about.find', [authenticated]),
    route('GET /settings', 'admin-settings.getSettings', SETTINGS),
    route('PUT /settings', 'admin-settings.updateSettings', SETTINGS),
    route('GET /regenerate', 'admin-regenerate.find', SETTINGS),
    route('POST /regenerate', 'admin-regenerate.start', SETTINGS),
    route('DELETE /regenerate', 'admin-regenerate.stop', SETTINGS),
    upload('POST /', 'admin-upload.upload'),
    upload('POST /files', 'admin-upload.uploadFile'),
    upload('PUT /files/:id', 'admin-upload.updateFileInfo'),
    upload('POST /files/:id/replace', 'admin-upload.replaceFile'),
    {
      ...route('POST /actions/upload-from-urls', 'admin-upload.uploadFromUrls', []),
      config: { ...UPLOAD, middlewares: ['plugin::upload.authorize-asset'] },
    },
    route('GET /files', 'admin-file.find', READ),
    route('GET /files/:id', 'admin-file.findOne', READ),
    route('GET /files/:id/usage', 'admin-file.findUsage', READ),
    route('DELETE /files/:id', 'admin-file.destroy', UPDATE),
    route('GET /folders', 'admin-folder.find', READ),
    route('GET /folders/:id', 'admin-folder.findOne', READ),
    route('POST /folders', 'admin-folder.create', CREATE),
    route('PUT /folders/:id', 'admin-folder.update', UPDATE),
    route('GET /folder-structure', 'admin-folder.getStructure', READ),
    route('POST /actions/bulk-delete', 'admin-folder-file.deleteMany', UPDATE),
    route('POST /actions/bulk-move', 'admin-folder-file.moveMany', UPDATE),
    route('POST /actions/bulk-update', 'admin-upload.bulkUpdateFileInfo', UPDATE),
    // These routes are part of a paid plan: Strapi's own code answers them.
    route('POST /actions/generate-ai-metadata', 'admin-file.generateAIMetadata', UPDATE),
    route('POST /ai-metadata-jobs', 'admin-file.createAIMetadataJob', UPDATE),
    route('GET /ai-metadata-jobs/latest', 'admin-file.getLatestAIMetadataJob', [authenticated]),
    route('GET /ai-metadata-jobs/pending-count', 'admin-file.getAIMetadataPendingCount', READ),
  ],
};
