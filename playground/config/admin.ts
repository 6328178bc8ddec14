import type { Core } from '@strapi/strapi';

// With these default secrets, a fresh clone starts without a .env file. The secrets are public in the repository, so
// set the variables of .env.example if other people can reach the server.
const config = ({ env }: Core.Config.Shared.ConfigParams): Core.Config.Admin => ({
  auth: { secret: env('ADMIN_JWT_SECRET', 'playground-only-admin-jwt-secret') },
  apiToken: { salt: env('API_TOKEN_SALT', 'playground-only-api-token-salt') },
  transfer: { token: { salt: env('TRANSFER_TOKEN_SALT', 'playground-only-transfer-token-salt') } },
  secrets: { encryptionKey: env('ENCRYPTION_KEY', 'playground-only-encryption-key') },
  serveAdminPanel: env.bool('SERVE_ADMIN', true),
  autoOpen: false,
  flags: {
    nps: false,
    promoteEE: false,
  },
});

export default config;
