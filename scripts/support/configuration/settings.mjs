/**
 * Reads the settings from a zod schema: each key with a description is a setting.
 *
 * A setting is `{ path, description, allowed, unset, members }`. `path` is its keys joined by dots. `allowed` is the
 * schema's own message for a wrong value. `unset` describes the behaviour without the setting, if the schema has no
 * default. `members` are the settings of each value in a record or list of objects.
 */

/** A value that no setting accepts. */
const WRONG = Symbol('wrong');

/** The keys are types of zod schemas that can enclose another schema. Each function returns the enclosed schema. */
const INNER = {
  default: ({ innerType }) => innerType,
  prefault: ({ innerType }) => innerType,
  optional: ({ innerType }) => innerType,
  // A pipe parses a value and then transforms it, or (z.preprocess) transforms it and then parses it.
  pipe: ({ in: first, out: second }) => (first.def.type === 'transform' ? second : first),
};

/** Returns the schema of the value itself, without the schemas that enclose it. */
function core(schema) {
  const inner = INNER[schema.def.type]?.(schema.def);
  return inner ? core(inner) : schema;
}

/** Returns the schemas of an object's keys, also if `false` is allowed instead of the object. */
function shapeOf(schema) {
  const { def } = core(schema);
  if (def.type === 'union') {
    const shapes = def.options.map(shapeOf);
    return Object.assign({}, ...shapes);
  }
  return def.type === 'object' ? def.shape : {};
}

/** Returns the schema of the values in a record or list. */
function elementOf(schema) {
  const { def } = core(schema);
  return { record: def.valueType, array: def.element }[def.type];
}

/**
 * Returns the schema's own message, which says what values are allowed.
 *
 * @throws Error if the schema has no message of its own
 */
function allowedBy(schema, path) {
  const [{ message }] = schema.safeParse(WRONG).error.issues;
  if (message.startsWith('Invalid')) {
    throw new Error(`The schema of "${path}" has no sentence that says what is allowed.`);
  }
  return message;
}

/**
 * Returns the settings of some schemas, and of the schemas inside them.
 *
 * @param schemas schemas by key
 * @param above keys that lead to these schemas
 * @throws Error if a setting has no description, or no message that says what is allowed
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
