import file from './file';
import folder from './folder';

interface Index {
  name: string;
}

interface Schema {
  attributes: Record<string, unknown>;
  indexes?: Index[];
  [key: string]: unknown;
}

/** Content types of a plugin, by singular name. */
export type ContentTypes = Record<string, { schema: Schema }>;

const PLACEHOLDER = { type: 'string', configurable: false };

const contentTypes: ContentTypes = { file, folder };

/**
 * Our content types with what the project has changed in them or added to them: attributes such as
 * a `license` of files stay, in whatever version of Strapi.
 *
 * @param placeholder whether files have one: a column that the built-in plugin does not know
 */
export function withProjectChanges(project: ContentTypes, placeholder: boolean): ContentTypes {
  const names = new Set([...Object.keys(contentTypes), ...Object.keys(project)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const ours = contentTypes[name]?.schema;
      const more = placeholder && name === 'file' ? { placeholder: PLACEHOLDER } : {};
      const theirs = project[name]?.schema;
      const attributes = { ...ours?.attributes, ...more, ...theirs?.attributes };
      const indexes = mergedByName(ours?.indexes, theirs?.indexes);
      return [name, { ...project[name], schema: { ...ours, ...theirs, attributes, indexes } }];
    })
  );
}

/** Indexes of both; where both have one of a name, the second's. */
const mergedByName = (first: Index[] = [], second: Index[] = []): Index[] => [
  ...new Map([...first, ...second].map((index) => [index.name, index])).values(),
];

export default contentTypes;
