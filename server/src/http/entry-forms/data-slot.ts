import { errors } from '../../util/strapi-utils';
import { parseFieldPath, type GetModel, type Step } from '../../links/field-path';
import { attributeOf, isList, type LinkAttribute, type LinkModel } from '../../links/model';

/** A JSON object of a request. */
export type JsonObject = Record<string, unknown>;

/** A media attribute in the data of a request: of the entry, or of a component in it. */
export interface DataSlot {
  holder: JsonObject;
  name: string;
  attribute: LinkAttribute;
  /** Whether Strapi makes a new row for it: a component without an id. */
  isNew: boolean;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The model of an entry, and how those of its components are found. */
export interface EntryModel {
  model: LinkModel;
  getModel: GetModel;
}

/**
 * Follows the path of a file to its place in the data that was sent beside it. Components on the
 * way must be there: Strapi puts what is sent in the place of a whole component, so that one made
 * up here would lose what the entry's own holds.
 *
 * @param path such as `cover`, `seo.image` or `blocks.0.image`
 * @throws errors.ValidationError for a path that leads to no media attribute of this data
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
      `files.${path}: the ${at.model.uid} in data has no media attribute "${name}".`
    );
  }
  return { ...at, name, attribute };
}

/** Where on its path a file is: in the entry, or in a component. */
interface Place extends Pick<DataSlot, 'holder' | 'isNew'> {
  model: LinkModel;
}

/** What is the same at each step of a path. */
interface Way {
  /** As it was sent, for people. */
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
      `files.${path}: data has no "${missing}" that could hold the file; send at least {} there.`
    );
  }
  const next = getModel(attribute?.component ?? String(component.__component));
  if (!next) {
    throw new errors.ValidationError(
      `files.${path}: data has at "${name}[${index}]" no known __component.`
    );
  }
  return { model: next, holder: component, isNew: isNew || component.id === undefined };
}

/**
 * Names stored files in the data of a request. A single attribute holds the new file; to several
 * the new ones are added: to those that the data names, else to those that the entry has.
 *
 * @param isNew whether Strapi will make a new row of it: it connects files to old ones only
 */
export function putFiles(
  { holder, name, attribute }: DataSlot,
  ids: readonly number[],
  isNew: boolean
): void {
  const add = isNew ? listWith : withFiles;
  holder[name] = attribute.multiple ? add(holder[name], ids) : ids[0];
}

/** A value of an attribute with relations, as Strapi's document service takes it, and more. */
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
