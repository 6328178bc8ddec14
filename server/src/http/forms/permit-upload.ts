import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { idInQuery } from '../form';
import { ACTIONS, AdminPermissions } from '../admin-permissions';
import { fileNotFound } from '../../errors';
import { ownFiles } from '../../access/own-files';
import { fileQueries } from '../../library/files';
import { errors } from '../../util/strapi-utils';

/**
 * Whether a caller of the content API may do what an upload asks for: the file that the query names is there, and the
 * caller may change it. It is asked before a byte of the body is read.
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

/** The one route of the Media Library that changes a file which its query names; the others make new ones (Strapi 5.54). */
const NAMES_BY_QUERY = { path: '/', handler: 'admin-upload.upload' };

const namesByQuery = ({ state }: Context): boolean => {
  const { path, handler } = (state.route ?? {}) as { path?: unknown; handler?: unknown };
  return handler === NAMES_BY_QUERY.handler || path === NAMES_BY_QUERY.path;
};

/**
 * Whether the admin user may do what an upload asks for: make files, or change the one that the path names, or the query
 * where the route looks at that. It is asked before a byte of the body is read.
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
