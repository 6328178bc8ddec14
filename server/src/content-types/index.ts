import file from './file';
import folder from './folder';

interface Schema {
  attributes: Record<string, unknown>;
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
      return [name, { ...project[name], schema: { ...ours, ...theirs, attributes } }];
    })
  );
}

export default contentTypes;
