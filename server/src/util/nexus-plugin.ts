import type { Core } from '@strapi/strapi';

/** What GraphQL calls a resolver with; its arguments are `Args`. */
type ResolverCall<Args> = [parent: unknown, args: Args, context: unknown, info: unknown];

/** A resolver of GraphQL. */
export type Resolver<Args = unknown> = (...call: ResolverCall<Args>) => unknown;

/** What stands around a resolver, which it calls as `next`. */
export type AroundResolver<Args = unknown> = (
  ...call: [...ResolverCall<Args>, next: Resolver<Args>]
) => Promise<unknown>;

/** The part of a plugin of nexus, which builds the schema of Strapi's GraphQL, that is used here. */
interface NexusPlugin<Args> {
  name: string;
  /** What stands around the resolver of a field; undefined where nothing does. */
  onCreateFieldResolver(field: {
    parentTypeConfig: { name: string };
    fieldConfig: { name: string };
  }): AroundResolver<Args> | undefined;
}

interface Nexus {
  plugin(plugin: object): unknown;
}

/** Has Strapi's GraphQL use a plugin of nexus; does nothing where a project has no GraphQL. */
export function addNexusPlugin<Args>(strapi: Core.Strapi, plugin: NexusPlugin<Args>): void {
  strapi
    .plugin('graphql')
    ?.service('extension')
    .use(({ nexus }: { nexus: Nexus }) => ({ plugins: [nexus.plugin(plugin)] }));
}
