/**
 * Reads the settings out of a zod schema: each key that has a description is one.
 *
 * A setting is `{ path, description, allowed, unset, members }`. `path` is its keys with dots. `allowed` is the schema's own
 * sentence for a wrong value. `unset` says in words what counts without it, where the schema has no default. `members` are the
 * settings of each value in a record or list of objects.
 */

/** A value that no setting takes. */
const WRONG = Symbol('wrong');

/** What stands around the schema of a value. */
const INNER = {
  default: ({ innerType }) => innerType,
  prefault: ({ innerType }) => innerType,
  optional: ({ innerType }) => innerType,
  // A value is read and then changed, or (z.preprocess) changed and then read.
  pipe: ({ in: first, out: second }) => (first.def.type === 'transform' ? second : first),
};

/** The schema of the value itself. */
function core(schema) {
  const inner = INNER[schema.def.type]?.(schema.def);
  return inner ? core(inner) : schema;
}

/** The schemas of the keys of an object, also where `false` may take its place. */
function shapeOf(schema) {
  const { def } = core(schema);
  if (def.type === 'union') {
    const shapes = def.options.map(shapeOf);
    return Object.assign({}, ...shapes);
  }
  return def.type === 'object' ? def.shape : {};
}

/** The schema of each value in a record or list. */
function elementOf(schema) {
  const { def } = core(schema);
  return { record: def.valueType, array: def.element }[def.type];
}

/**
 * @throws Error where the schema has no sentence of its own
 */
function allowedBy(schema, path) {
  const [{ message }] = schema.safeParse(WRONG).error.issues;
  if (message.startsWith('Invalid')) {
    throw new Error(`The schema of "${path}" has no sentence that says what is allowed.`);
  }
  return message;
}

/**
 * @param schemas by key
 * @param above keys that lead to them
 * @throws Error where a setting has no description, or none says what is allowed
 */
export function settingsOf(schemas, above = []) {
  return Object.entries(schemas).flatMap(([key, schema]) => {
    const keys = [...above, key];
    const path = keys.join('.');
    const { description, unset } = schema.meta() ?? {};
    const below = settingsOf(shapeOf(schema), keys);
    if (description === undefined) {
      if (below.length === 0) {
        throw new Error(`The schema of "${path}" has no description.`);
      }
      return below;
    }
    const element = elementOf(schema);
    const members = element ? settingsOf(shapeOf(element)) : [];
    return [{ path, description, allowed: allowedBy(schema, path), unset, members }, ...below];
  });
}
