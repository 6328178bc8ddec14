import { errors } from '../util/strapi-utils';
import type { Database } from '../database/transactions';
import type { LinkRequest } from '../types/rows';
import { parseFieldPath } from './field-path';
import type { LinkModel } from './model';
import { entryOf, type LinkedEntry } from './linked-entry';
import { uidOf } from './request';
import { findRows } from './rows';
import { findSlot, type Slot } from './slots';

/** The target of a link: a media attribute of an entry that exists. */
export interface LinkTarget {
  /** One slot for each version and language of the entry. */
  slots: Slot[];
  multiple: boolean;
  /** Kinds of files that the attribute accepts; undefined if it accepts all kinds. */
  allowedTypes: readonly string[] | undefined;
  /** The target in the request, for messages, such as `api::restaurant.restaurant.cover`. */
  name: string;
  /** The entry that the link changes. */
  entry: LinkedEntry;
}

/** The database and the models of the project, which are needed to find a target. */
export interface LinkLookup {
  db: Database;
  getModel(uid: string): LinkModel | undefined;
  /** All models that can hold components. */
  models(): LinkModel[];
  defaultLocale(): Promise<string | undefined>;
}

/**
 * Finds the entry and the attribute for the link in a request.
 *
 * @throws errors.ValidationError for an unknown model, or a field that is not a media attribute
 * @throws errors.NotFoundError for an entry, or a component in it, that does not exist
 */
export async function resolveTarget(request: LinkRequest, lookup: LinkLookup): Promise<LinkTarget> {
  const uid = uidOf(request);
  const model = lookup.getModel(uid);
  if (!model) {
    throw new errors.ValidationError(`ref: there is no model "${uid}".`);
  }
  const path = parseFieldPath(model, request.field, lookup.getModel);
  const { ids, documentId } = await findRows(request, model, lookup);
  const found = await Promise.all(ids.map((id) => findSlot({ model, id }, path, lookup)));
  const [first] = found;
  if (!first) {
    throw new errors.NotFoundError(
      `field: the entry "${request.refId}" of ${uid} has no component with the media attribute "${request.field}".`
    );
  }
  // Leaves out versions that do not have this slot. The draft may have changed since the publication: the published
  // version may lack the component, or have another component at its place.
  const slots = found.filter(
    (slot): slot is Slot => slot?.uid === first.uid && slot.field === first.field
  );
  const { multiple = false, allowedTypes } = first.attribute;
  const entry =
    model.modelType === 'component' ? await entryOf(uid, ids, lookup) : { uid, ids, documentId };
  if (!entry) {
    throw new errors.NotFoundError(
      `refId: no entry contains the component "${request.refId}" of ${uid}.`
    );
  }
  return { slots, multiple, allowedTypes, name: `${uid}.${request.field}`, entry };
}
