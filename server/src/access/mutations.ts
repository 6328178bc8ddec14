import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { partsOf } from '../parts';

/** Mutations of the built-in plugin that change the file which their `id` names (Strapi 5.54). */
const MUTATIONS = ['updateUploadFile', 'deleteUploadFile'];

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
            await partsOf(strapi).ownFiles.permitChange(koaContext, id);
            return next(parent, args, context, info);
          }
        : undefined,
  };
  strapi
    .plugin('graphql')
    ?.service('extension')
    .use(({ nexus }: { nexus: Nexus }) => ({ plugins: [nexus.plugin(guard)] }));
}
