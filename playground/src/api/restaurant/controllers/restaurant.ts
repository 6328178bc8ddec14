import { factories } from '@strapi/strapi';

const RESTAURANT = 'api::restaurant.restaurant';
const FILE = 'plugin::upload.file';

export default factories.createCoreController(RESTAURANT, ({ strapi }) => ({
  /**
   * Adds pictures to a published restaurant. The request is a form with files in the field `pictures`.
   *
   * This is a route of the project's own, so Strapi's middleware `strapi::body` (koa-body with formidable) reads the
   * form into temporary files before this function runs. The service of the upload plugin stores these temporary files.
   */
  async addPictures(ctx) {
    const { documentId } = ctx.params;
    const restaurant = await strapi
      .documents(RESTAURANT)
      .findOne({ documentId, status: 'published' });
    if (!restaurant) {
      return ctx.notFound('There is no published restaurant with this documentId.');
    }
    const pictures = ctx.request.files?.pictures;
    if (!pictures) {
      return ctx.badRequest('The form has no file in its field "pictures".');
    }
    const stored = await strapi
      .plugin('upload')
      .service('upload')
      .upload({
        data: { ref: RESTAURANT, refId: restaurant.id, field: 'covers' },
        files: pictures,
      });
    ctx.status = 201;
    ctx.body = await strapi.contentAPI.sanitize.output(stored, strapi.getModel(FILE), {
      auth: ctx.state.auth,
    });
  },
}));
