import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { partsOf } from '../parts';
import { errors } from '../strapi-utils';

/** Mutations of the built-in plugin that change the file which their `id` names (Strapi 5.54). */
const DELETION = 'deleteUploadFile';
const MUTATIONS = ['updateUploadFile', DELETION];

type Resolver = (parent: unknown, args: unknown, context: unknown, info: unknown) => unknown;

/** The part of a nexus plugin that is used. */
interface NexusPlugin {
  name: string;
  onCreateFieldResolver(field: {
    parentTypeConfig: { name: string };
    fieldConfig: { name: string };
  }): ((...args: [...Parameters<Resolver>, Resolver]) => Promise<unknown>) | undefined;
}

interface Nexus {
  plugin(plugin: NexusPlugin): unknown;
}

/**
 * Asks in GraphQL too whether the caller may change a file, where a project has GraphQL: after its
 * permissions, and around the resolvers, since a list of policies would take the place of a project's own.
 */
export function guardMutations(strapi: Core.Strapi): void {
  const guard: NexusPlugin = {
    name: 'upload-own-files',
    onCreateFieldResolver: ({ parentTypeConfig, fieldConfig }) =>
      parentTypeConfig.name === 'Mutation' && MUTATIONS.includes(fieldConfig.name)
        ? async (parent, args, context, info, next) => {
            const { id } = args as { id: unknown };
            const { koaContext } = context as { koaContext: Context };
            try {
              await partsOf(strapi).ownFiles.permitChange(koaContext, id);
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
  };
  strapi
    .plugin('graphql')
    ?.service('extension')
    .use(({ nexus }: { nexus: Nexus }) => ({ plugins: [nexus.plugin(guard)] }));
}
