'use strict';

module.exports = ({ env }) => ({
  upload: {
    config: {
      sizeLimit: 1_000_000_000, // bytes
    },
  },
  'users-permissions': {
    config: {
      jwtSecret: env('JWT_SECRET', 'playground-only-jwt-secret'),
    },
  },
});
