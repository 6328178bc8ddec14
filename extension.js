'use strict';

// For src/extensions/upload/strapi-server.js of a project:
//   module.exports = require('strapi-upload/extension');
module.exports = require('./dist/server').extension;
