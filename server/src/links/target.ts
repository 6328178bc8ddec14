import { errors } from '../util/strapi-utils';
import type { Database } from '../database/transactions';
import type { LinkRequest } from '../types/rows';
import { parseFieldPath } from './field-path';
import type { LinkModel } from './model';
import { entryOf, type LinkedEntry } from './linked-entry';
import { uidOf } from './request';
import { findRows } from './rows';
import { findSlot, type Slot } from './slots';

/** Where files are to be linked: a media attribute of an entry that exists. */
export interface LinkTarget {
  /** One for each version and language of the entry. */
  slots: Slot[];
  multiple: boolean;
  /** Kinds of files that the attribute takes; all without a list. */
  allowedTypes: readonly string[] | undefined;
  /** As it was asked for, for messages: `api::restaurant.restaurant.cover`. */
  name: string;
  /** The entry that changes. */
  entry: LinkedEntry;
}

/** What is asked of the project to find a target. */
export interface LinkLookup {
  db: Database;
  getModel(uid: string): LinkModel | undefined;
  /** Uids of all models that can hold components. */
  models(): LinkModel[];
  defaultLocale(): Promise<string | undefined>;
}

/**
 * Finds the entry and attribute that a request wants its files linked to.
 *
 * @throws errors.ValidationError for an unknown model, or a field that is no media attribute
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
      `field: the entry "${request.refId}" of ${uid} has nothing at "${request.field}".`
    );
  }
  // A published version can lack a component that its draft has got since, or have another there.
  const slots = found.filter(
    (slot): slot is Slot => slot?.uid === first.uid && slot.field === first.field
  );
  const { multiple = false, allowedTypes } = first.attribute;
  const entry =
    model.modelType === 'component' ? await entryOf(uid, ids, lookup) : { uid, ids, documentId };
  if (!entry) {
    throw new errors.NotFoundError(`refId: no entry holds the ${uid} "${request.refId}".`);
  }
  return { slots, multiple, allowedTypes, name: `${uid}.${request.field}`, entry };
}
