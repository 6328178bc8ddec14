/** Permission that a user needs to see and change the settings of the Media Library. */
export const SETTINGS = [{ action: 'plugin::upload.settings.read', subject: null }];
