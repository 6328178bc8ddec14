'use strict';

// A project's `src/extensions/upload/strapi-server.js` contains: `module.exports = require('strapi-upload/extension');`
module.exports = require('./dist/server').extension;
