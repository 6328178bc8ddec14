import type { Database } from '../database/transactions';
import type { Step } from './field-path';
import { attributeOf, type LinkAttribute, type LinkModel } from './model';

/** A media attribute of one row, as the columns of a link describe it. */
export interface Slot {
  /** Uid of the row's model: the content type, or the component at the end of the path. */
  uid: string;
  id: number;
  field: string;
  attribute: LinkAttribute;
}

interface SlotLookup {
  db: Database;
  getModel(uid: string): LinkModel | undefined;
}

/** A row of a model. */
interface ModelRow {
  model: LinkModel;
  id: number;
}

/** A row of a component in its parent. In a dynamic zone the row names its model. */
interface ComponentRow {
  id: number;
  __component?: string;
}

/**
 * Follows a path from an entry's row to its media attribute.
 *
 * @returns null if the row has no component at the path, or the component lacks the attribute
 */
export async function findSlot(
  row: ModelRow,
  path: readonly Step[],
  lookup: SlotLookup
): Promise<Slot | null> {
  let at: ModelRow | null = row;
  for (const step of path.slice(0, -1)) {
    at = at && (await componentAt(at, step, lookup));
  }
  const field = path.at(-1)?.name ?? '';
  const attribute = at && attributeOf(at.model, field);
  return at && attribute?.type === 'media'
    ? { uid: at.model.uid, id: at.id, field, attribute }
    : null;
}

async function componentAt(
  { model, id }: ModelRow,
  { name, index }: Step,
  { db, getModel }: SlotLookup
): Promise<ModelRow | null> {
  const row = await db.query(model.uid).findOne({ where: { id }, populate: [name] });
  const components: ComponentRow[] = [row?.[name] ?? []].flat();
  const component = components[index];
  const uid = component?.__component ?? attributeOf(model, name)?.component;
  const next = uid === undefined ? undefined : getModel(uid);
  return component && next ? { model: next, id: component.id } : null;
}
