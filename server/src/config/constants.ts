/** Uid of the content type of a stored file; its table is `files`. */
export const FILE_UID = 'plugin::upload.file';

/** Uid of the content type of a Media Library folder; its table is `upload_folders`. */
export const FOLDER_UID = 'plugin::upload.folder';

/** Key of this plugin's configuration in `strapi.config`. */
export const CONFIG_KEY = 'plugin::upload';

/** Name of the folder for files that arrive over REST. Strapi uses the same name. */
export const API_FOLDER_NAME = 'API Uploads';

/** Service name under which `register` puts the wired parts into Strapi's container. */
export const CONTAINER_KEY = 'strapi-upload.container';
