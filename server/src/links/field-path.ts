import { errors } from '../util/strapi-utils';
import { attributeOf, isList, type LinkAttribute, type LinkModel } from './model';

/** One step of a path: an attribute, and an index in an attribute with a list. */
export interface Step {
  name: string;
  index: number;
}

export type GetModel = (uid: string) => LinkModel | undefined;

/** A path from a model to a media attribute, parsed into steps. */
interface Lead {
  steps: Step[];
  attribute: LinkAttribute;
}

/**
 * Parses a path such as `cover`, `seo.image`, `slides.2.image` or `blocks.0.image`.
 *
 * @throws errors.ValidationError for a path that cannot lead to a media attribute in any entry
 */
export function parseFieldPath(model: LinkModel, path: string, getModel: GetModel): Step[] {
  for (const { steps } of leadsOf(model, path.split('.'), getModel)) {
    return steps;
  }
  throw new errors.ValidationError(`field: "${path}" is not a media attribute of ${model.uid}.`);
}

/**
 * The media attributes to which a path can lead: none, one, or one for each component of a dynamic zone that has
 * the attribute.
 */
export const mediaAttributesAt = (
  model: LinkModel,
  path: string,
  getModel: GetModel
): LinkAttribute[] =>
  [...leadsOf(model, path.split('.'), getModel)].map(({ attribute }) => attribute);

function* leadsOf(
  model: LinkModel,
  words: readonly string[],
  getModel: GetModel
): Generator<Lead, void> {
  const [name = '', ...rest] = words;
  const attribute = attributeOf(model, name);
  if (attribute?.type === 'media' && rest.length === 0) {
    yield { steps: [{ name, index: 0 }], attribute };
  }
  if (attribute?.type !== 'component' && attribute?.type !== 'dynamiczone') {
    return;
  }
  const inList = isList(attribute);
  const index = inList ? indexOf(rest[0]) : 0;
  const below = inList ? rest.slice(1) : rest;
  const uids = attribute.components ?? [attribute.component ?? ''];
  for (const uid of index === null ? [] : uids) {
    const component = getModel(uid);
    for (const { steps, ...lead } of component ? leadsOf(component, below, getModel) : []) {
      yield { steps: [{ name, index: index ?? 0 }, ...steps], ...lead };
    }
  }
}

const indexOf = (word = ''): number | null => (/^\d{1,6}$/.test(word) ? Number(word) : null);
