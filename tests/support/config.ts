/**
 * Contents of a project's `config/plugins.js` with this configuration of the upload plugin.
 *
 * @param config JSON only; functions need a separate file
 */
export const pluginsWith = (config: Record<string, unknown>): string =>
  `module.exports = () => ({
    upload: { config: ${JSON.stringify(config)} },
    'users-permissions': { config: { jwtSecret: 'test-only' } },
  });`;
