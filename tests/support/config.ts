/**
 * Contents of a project's `config/plugins.js` with this configuration of the upload plugin.
 *
 * @param config as JSON; what is no JSON (functions) goes through a file of its own
 */
export const pluginsWith = (config: Record<string, unknown>): string =>
  `module.exports = () => ({
    upload: { config: ${JSON.stringify(config)} },
    'users-permissions': { config: { jwtSecret: 'test-only' } },
  });`;
