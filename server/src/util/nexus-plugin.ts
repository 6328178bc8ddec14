import type { Core } from '@strapi/strapi';

/** Arguments with which GraphQL calls a resolver. The arguments of the field have the type `Args`. */
type ResolverCall<Args> = [parent: unknown, args: Args, context: unknown, info: unknown];

/** A GraphQL resolver. */
export type Resolver<Args = unknown> = (...call: ResolverCall<Args>) => unknown;

/** A function that wraps a resolver, and calls the resolver as `next`. */
export type AroundResolver<Args = unknown> = (
  ...call: [...ResolverCall<Args>, next: Resolver<Args>]
) => Promise<unknown>;

/** The part of a nexus plugin that is used here. Nexus builds the schema of Strapi's GraphQL. */
interface NexusPlugin<Args> {
  name: string;
  /** Returns a wrapper for the resolver of a field, or undefined for no wrapper. */
  onCreateFieldResolver(field: {
    parentTypeConfig: { name: string };
    fieldConfig: { name: string };
  }): AroundResolver<Args> | undefined;
}

interface Nexus {
  plugin(plugin: object): unknown;
}

/** Adds a nexus plugin to Strapi's GraphQL. Does nothing if the project has no GraphQL. */
export function addNexusPlugin<Args>(strapi: Core.Strapi, plugin: NexusPlugin<Args>): void {
  strapi
    .plugin('graphql')
    ?.service('extension')
    .use(({ nexus }: { nexus: Nexus }) => ({ plugins: [nexus.plugin(plugin)] }));
}
