import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { errors } from '../util/strapi-utils';
import { FILE_UID } from '../config/constants';
import type { FileRow } from '../types/rows';

/** Permission actions of the Media Library, under the names that Strapi's roles use. */
export const ACTIONS = {
  read: 'plugin::upload.read',
  create: 'plugin::upload.assets.create',
  update: 'plugin::upload.assets.update',
  settings: 'plugin::upload.settings.read',
  configureView: 'plugin::upload.configure-view',
} as const;

type Action = (typeof ACTIONS)[keyof typeof ACTIONS];
type Query = Record<string, unknown>;

/** The permissions of an admin user for one content type (Strapi's `admin::permission` service). */
export interface PermissionsManager {
  isAllowed: boolean;
  ability: { cannot(action: string, subject: unknown): boolean };
  toSubject(entity: object): unknown;
  validateQuery(query: Query): Promise<unknown>;
  sanitizeQuery(query: Query): Promise<Query>;
  addPermissionsQueryTo(query: Query, action: string): Query;
  sanitizeOutput<T>(data: T, options: { action: string }): Promise<T>;
}

/** The permissions of the admin user of one request. */
export class AdminPermissions {
  constructor(
    private readonly strapi: Core.Strapi,
    private readonly ctx: Context
  ) {}

  /**
   * Returns the permissions of the user for an action on the entries of a content type.
   *
   * @param model uid of the content type
   */
  managerFor(action: Action, model: string = FILE_UID): PermissionsManager {
    return this.strapi
      .service('admin::permission')
      .createPermissionsManager({ ability: this.ctx.state.userAbility, action, model });
  }

  /**
   * Loads a file and checks that the user has the permission for the action. Conditions such as "is creator" are
   * checked.
   *
   * @throws errors.NotFoundError, errors.ForbiddenError
   */
  async fileFor(action: Action, id: unknown): Promise<FileRow> {
    const populate = ['createdBy', 'createdBy.roles', 'folder'];
    const file = await this.strapi.plugin('upload').service('upload').findOne(id, populate);
    if (!file) {
      throw new errors.NotFoundError('Entity not found');
    }
    refuseUnlessAll(this.managerFor(action), action, [file]);
    return file;
  }
}

/**
 * Checks a permission for several files.
 *
 * @param files with their creators and the creators' roles, which the conditions of permissions use
 * @throws errors.ForbiddenError unless the action is allowed on all of them
 */
export function refuseUnlessAll(
  { ability, toSubject }: PermissionsManager,
  action: Action,
  files: readonly object[]
): void {
  if (files.some((file) => ability.cannot(action, toSubject(file)))) {
    throw new errors.ForbiddenError();
  }
}
