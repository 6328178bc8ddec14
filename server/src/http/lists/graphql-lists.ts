import type { Core } from '@strapi/strapi';
import { addNexusPlugin, type AroundResolver } from '../../util/nexus-plugin';
import {
  boundsOf,
  paced,
  PAGE,
  rowsInPages,
  type Bounds,
  type ListArguments,
} from './graphql-pages';

type AroundList = AroundResolver<ListArguments>;

interface Row {
  id: number;
}

/** The result of a connection's resolver (Strapi 5.54). */
interface Connection {
  nodes: Row[];
  info: { args: Partial<Bounds> };
}

interface Schema {
  resolversConfig?: Record<string, { middlewares?: unknown[] } | undefined>;
}
type Extension = Schema | ((context: never) => Schema);

interface ExtensionService {
  use(extension: Extension): unknown;
}

const LIST = 'uploadFiles';
const CONNECTION = 'uploadFiles_connection';
const NODES = [
  'UploadFileEntityResponseCollection.nodes',
  'UploadFileEntityResponseCollection.data',
];

/**
 * Reads lists of files for GraphQL in pages, and lets GraphQL resolve the fields of their rows in pieces. Does
 * nothing in a project without GraphQL. Apollo builds the answer and keeps all of it in memory.
 */
export function pageGraphqlLists(strapi: Core.Strapi): void {
  const graphql = strapi.plugin('graphql');
  if (!graphql) {
    return;
  }
  const service = graphql.service('extension') as ExtensionService;
  const hasMiddlewares = watchMiddlewares(service);
  const limits = () => ({
    defaultLimit: graphql.config<number>('defaultLimit'),
    maxLimit: graphql.config<number>('maxLimit'),
  });

  const list = inPages(limits, {
    rowsOf: (found: Row[]) => found,
    // A project's middleware around the resolver expects rows, not promises of rows.
    withRows: (_found, rows) => (hasMiddlewares() ? rows : paced(rows)),
  });
  const connection = inPages(limits, {
    rowsOf: ({ nodes }: Connection) => nodes,
    withRows: ({ info, ...found }, nodes, bounds) => ({
      ...found,
      nodes,
      info: { ...info, args: { ...info.args, ...bounds } },
    }),
  });
  // eslint-disable-next-line max-params -- nexus calls it
  const nodes: AroundList = async (parent, args, context, info, next) => {
    const found = (await next(parent, args, context, info)) as unknown[];
    return Array.isArray(found) && found.length > PAGE ? paced(found) : found;
  };

  const around: Record<string, AroundList> = {
    [`Query.${LIST}`]: list,
    [`Query.${CONNECTION}`]: connection,
    ...Object.fromEntries(NODES.map((name) => [name, nodes])),
  };
  addNexusPlugin(strapi, {
    name: 'upload-lists',
    onCreateFieldResolver: ({ parentTypeConfig, fieldConfig }) =>
      around[`${parentTypeConfig.name}.${fieldConfig.name}`],
  });
}

/** How the result of a list's resolver contains its rows. */
interface Shape<T> {
  rowsOf(found: T): Row[];
  withRows(found: T, rows: Row[], bounds: Bounds): unknown;
}

/** A resolver that reads a long list in pages. A short list is left to Strapi's resolver. */
function inPages<T>(
  limits: () => Parameters<typeof boundsOf>[1],
  { rowsOf, withRows }: Shape<T>
): AroundList {
  // eslint-disable-next-line max-params -- nexus calls it
  return async (parent, args, context, info, next) => {
    const bounds = boundsOf(args, limits());
    if (bounds.limit !== -1 && bounds.limit <= PAGE) {
      return next(parent, args, context, info);
    }
    let first: T | undefined;
    const rows = await rowsInPages(args, bounds, async (page) => {
      const found = (await next(parent, page, context, info)) as T;
      first ??= found;
      return rowsOf(found);
    });
    return withRows(first as T, rows, bounds);
  };
}

/**
 * @returns a function that tells whether a project or a plugin has put a middleware around the resolver of the list
 */
function watchMiddlewares(service: ExtensionService): () => boolean {
  let seen = false;
  const note = <T extends Schema>(schema: T): T => {
    seen ||= (schema?.resolversConfig?.[`Query.${LIST}`]?.middlewares ?? []).length > 0;
    return schema;
  };
  const use = service.use.bind(service);
  service.use = (extension) =>
    use(typeof extension === 'function' ? (context) => note(extension(context)) : note(extension));
  return () => seen;
}
