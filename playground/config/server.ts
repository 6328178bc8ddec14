import type { Core } from '@strapi/strapi';

const config = ({ env }: Core.Config.Shared.ConfigParams): Core.Config.Server => ({
  host: env('HOST', '127.0.0.1'),
  port: env.int('PORT', 1337),
  app: {
    keys: env.array('APP_KEYS', ['playground-only-app-key-1', 'playground-only-app-key-2']),
  },
  logger: {
    // src/announce.ts prints the addresses of this project instead of Strapi's own banner.
    startup: { enabled: false },
    updates: { enabled: false },
  },
});

export default config;
