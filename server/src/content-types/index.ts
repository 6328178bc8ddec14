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
 * This plugin's content types with the changes and additions of the project: attributes such as a `license` of
 * files stay, in any version of Strapi.
 *
 * @param placeholder whether files have a placeholder: a column that the built-in plugin does not know
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

/** The indexes of both lists. If both have an index of the same name, the second one is used. */
const mergedByName = (first: Index[] = [], second: Index[] = []): Index[] => [
  ...new Map([...first, ...second].map((index) => [index.name, index])).values(),
];

export default contentTypes;
