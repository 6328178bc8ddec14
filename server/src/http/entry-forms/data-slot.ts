import { errors } from '../../util/strapi-utils';
import { parseFieldPath, type GetModel, type Step } from '../../links/field-path';
import { attributeOf, isList, type LinkAttribute, type LinkModel } from '../../links/model';

/** A JSON object of a request. */
export type JsonObject = Record<string, unknown>;

/** A media attribute in the data of a request, in the entry itself or in a component. */
export interface DataSlot {
  holder: JsonObject;
  name: string;
  attribute: LinkAttribute;
  /**
   * Whether Strapi creates a new row for the holder: true if the holder, or a component around it, has no id in the
   * data.
   */
  isNew: boolean;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The model of an entry, and a function that finds the models of its components. */
export interface EntryModel {
  model: LinkModel;
  getModel: GetModel;
}

/**
 * Finds the place of a file in the data that was sent with it. The components on the path must be in the data:
 * Strapi replaces a whole component by the component that was sent, so a component created here would lose the
 * values of the stored one.
 *
 * @param path such as `cover`, `seo.image` or `blocks.0.image`
 * @throws errors.ValidationError for a path that does not lead to a media attribute of this data
 */
export function dataSlot(
  data: JsonObject,
  path: string,
  { model, getModel }: EntryModel
): DataSlot {
  const steps = parseFieldPath(model, path, getModel);
  let at: Place = { model, holder: data, isNew: false };
  for (const step of steps.slice(0, -1)) {
    at = below(at, step, { path, getModel });
  }
  const name = steps.at(-1)?.name ?? '';
  const attribute = attributeOf(at.model, name);
  if (attribute?.type !== 'media') {
    throw new errors.ValidationError(
      `files.${path}: "${at.model.uid}" in the field "data" has no media attribute "${name}".`
    );
  }
  return { ...at, name, attribute };
}

/** A step on the path of a file: the entry or a component. */
interface Place extends Pick<DataSlot, 'holder' | 'isNew'> {
  model: LinkModel;
}

/** The values that are the same at each step of a path. */
interface Way {
  /** The path as the client sent it, for messages. */
  path: string;
  getModel: GetModel;
}

function below(
  { model, holder, isNew }: Place,
  { name, index }: Step,
  { path, getModel }: Way
): Place {
  const attribute = attributeOf(model, name);
  const value = Object.hasOwn(holder, name) ? holder[name] : undefined;
  const inList = attribute !== undefined && isList(attribute);
  const component = inList ? Array.isArray(value) && (value as unknown[])[index] : value;
  if (!isObject(component)) {
    const missing = inList ? `${name}[${index}]` : name;
    throw new errors.ValidationError(
      `files.${path}: the field "data" has no "${missing}" for the file. Send at least an empty object ({}) there.`
    );
  }
  const next = getModel(attribute?.component ?? String(component.__component));
  if (!next) {
    throw new errors.ValidationError(
      `files.${path}: "${name}[${index}]" in the field "data" has no known "__component".`
    );
  }
  return { model: next, holder: component, isNew: isNew || component.id === undefined };
}

/**
 * Writes the ids of stored files into the data of a request. In an attribute for one file, the new file replaces the
 * old one. In an attribute for several files, the new files are added to the files in the data. If the data names no
 * files, they are added to the files of the stored entry.
 *
 * @param isNew whether Strapi creates a new row; `connect` works only for existing rows
 */
export function putFiles(
  { holder, name, attribute }: DataSlot,
  ids: readonly number[],
  isNew: boolean
): void {
  const add = isNew ? listWith : withFiles;
  holder[name] = attribute.multiple ? add(holder[name], ids) : ids[0];
}

/** Adds files to the value of a relation. The value may have any form that Strapi's document service accepts. */
function withFiles(value: unknown, ids: readonly number[]): unknown {
  if (value === undefined) {
    return { connect: ids };
  }
  if (isObject(value)) {
    const key = 'set' in value ? 'set' : 'connect';
    return { ...value, [key]: [value[key] ?? [], ids].flat() };
  }
  return listWith(value, ids);
}

function listWith(value: unknown, ids: readonly number[]): unknown[] {
  const named = isObject(value) ? (value.set ?? value.connect) : value;
  return [named ?? [], ids].flat();
}
