import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { addNexusPlugin } from '../util/nexus-plugin';
import { ownFiles } from './own-files';
import { errors } from '../util/strapi-utils';

/** Mutations of the built-in plugin that change the file with the given `id` (Strapi 5.54). */
const DELETION = 'deleteUploadFile';
const MUTATIONS = ['updateUploadFile', DELETION];

/**
 * If the project has GraphQL, also checks for mutations whether the caller may change the file. Runs after the
 * permission checks, around the resolvers: a list of policies would replace a project's own list.
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
              // For a missing file, the deletion returns null, as the built-in plugin's own resolver does.
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
