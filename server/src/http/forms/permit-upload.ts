import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { idInQuery } from '../form';
import { ACTIONS, AdminPermissions } from '../admin-permissions';
import { fileNotFound } from '../../errors';
import { ownFiles } from '../../access/own-files';
import { fileQueries } from '../../library/files';
import { errors } from '../../util/strapi-utils';

/**
 * Checks that a caller of the content API may do what an upload asks for. If the query names a file, the file must
 * exist and the caller must be allowed to change it. Runs before any byte of the body is read.
 *
 * @throws errors.NotFoundError, NotPermitted
 */
export async function permitContentApi(strapi: Core.Strapi, ctx: Context): Promise<void> {
  const id = idInQuery(ctx);
  if (id) {
    if (!(await fileQueries.of(strapi).findOne(id))) {
      throw fileNotFound();
    }
    await ownFiles.of(strapi).permitChange(ctx, id);
  }
}

/**
 * The only route of the Media Library that changes a file named in the query. The other routes without a file in the
 * path create files (Strapi 5.54).
 */
const NAMES_BY_QUERY = { path: '/', handler: 'admin-upload.upload' };

const namesByQuery = ({ state }: Context): boolean => {
  const { path, handler } = (state.route ?? {}) as { path?: unknown; handler?: unknown };
  return handler === NAMES_BY_QUERY.handler || path === NAMES_BY_QUERY.path;
};

/**
 * Checks that the admin user may do what an upload asks for: create files, or change the file in the path. On the route
 * that uses the query, the query may name the file. Runs before any byte of the body is read.
 *
 * @throws errors.UnauthorizedError, errors.ForbiddenError, errors.NotFoundError
 */
export async function permitAsset(strapi: Core.Strapi, ctx: Context): Promise<void> {
  if (!ctx.state.isAuthenticated) {
    throw new errors.UnauthorizedError();
  }
  const permissions = new AdminPermissions(strapi, ctx);
  const id = ctx.params.id ?? (namesByQuery(ctx) ? idInQuery(ctx) : undefined);
  if (id) {
    await permissions.fileFor(ACTIONS.update, id);
  } else if (!permissions.managerFor(ACTIONS.create).isAllowed) {
    throw new errors.ForbiddenError();
  }
}
