import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { addNexusPlugin } from '../util/nexus-plugin';
import { ownFiles } from './own-files';
import { errors } from '../util/strapi-utils';

/** Mutations of the built-in plugin that change the file which their `id` names (Strapi 5.54). */
const DELETION = 'deleteUploadFile';
const MUTATIONS = ['updateUploadFile', DELETION];

/**
 * Asks in GraphQL too whether the caller may change a file, where a project has GraphQL: after its
 * permissions, and around the resolvers, since a list of policies would take the place of a project's own.
 */
export function guardMutations(strapi: Core.Strapi): void {
  addNexusPlugin(strapi, {
    name: 'upload-own-files',
    onCreateFieldResolver: ({ parentTypeConfig, fieldConfig }) =>
      parentTypeConfig.name === 'Mutation' && MUTATIONS.includes(fieldConfig.name)
        ? async (...call) => {
            const [parent, args, context, info, next] = call;
            const { id } = args as { id: unknown };
            const { koaContext } = context as { koaContext: Context };
            try {
              await ownFiles.of(strapi).permitChange(koaContext, id);
            } catch (error) {
              // As the built-in's own resolver answers.
              if (error instanceof errors.NotFoundError && fieldConfig.name === DELETION) {
                return null;
              }
              throw error;
            }
            return next(parent, args, context, info);
          }
        : undefined,
  });
}
