module.exports = require('strapi-upload/extension');
