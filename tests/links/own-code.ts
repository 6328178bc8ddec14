import { model } from './models';

const attributes = {
  title: { type: 'string' },
  picture: { type: 'media', multiple: false },
};

/** A handler that answers with the form that Strapi's parser has read. */
const ECHO = `(ctx) => {
  ctx.body = { ...ctx.request.body, files: Object.keys(ctx.request.files ?? {}) };
}`;

/** Models of a project that has its own controllers, middlewares or routes for them. */
export const OWN_CODE: Record<string, string> = {
  ...model('own', 'collectionType', {}, attributes),
  'src/api/own/controllers/own.js': `
    module.exports = require('@strapi/strapi').factories.createCoreController('api::own.own', {
      create: ${ECHO},
    });`,

  ...model('watched', 'collectionType', {}, attributes),
  'src/api/watched/routes/1-own.js': `
    module.exports = { routes: [
      { method: 'PUT', path: '/watcheds/import', handler: ${ECHO}, config: { auth: false } },
      { method: 'PUT', path: '/watcheds/:id', handler: ${ECHO}, config: { auth: false } },
      { method: 'GET', path: '/watcheds/seen', handler: (ctx) => { ctx.body = strapi.seen; },
        config: { auth: false } },
    ] };`,
  'src/api/watched/routes/watched.js': `
    const seen = async (ctx, next) => {
      const { title, picture } = ctx.request.body.data;
      if (title === 'teapot') {
        ctx.status = 418;
        return;
      }
      strapi.seen.middleware = [picture];
      await next();
    };
    module.exports = require('@strapi/strapi').factories.createCoreRouter('api::watched.watched', {
      config: { create: { policies: ['not-forbidden'], middlewares: [seen] } },
    });`,
  'src/api/watched/policies/not-forbidden.js': `
    module.exports = ({ request }, _config, { strapi }) => {
      strapi.seen = { policy: request.body.data.title };
      return request.body.data.title !== 'forbidden';
    };`,
};
