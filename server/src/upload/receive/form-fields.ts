import qs from 'qs';

/** The value of a field. A field whose name has brackets (`fileInfo[caption]`) is part of an object or a list. */
export type FieldValue = string | FieldValue[] | { [name: string]: FieldValue };

/** Fields of a form by their names. */
export type FormFields = Record<string, FieldValue>;

/** Deepest nesting of brackets in a name. Deeper brackets stay part of the name (as with formidable 2.1). */
const DEPTH = 5;

/**
 * Returns the fields by name, without interpreting brackets. A field that was sent once has a single value; a field
 * that was sent several times has a list.
 *
 * @param values of each field, in the order in which they were sent
 */
export const plainFields = (
  values: ReadonlyMap<string, readonly string[]>
): Record<string, string | string[]> =>
  Object.fromEntries(
    [...values].map(([name, list]) => [name, list.length === 1 ? list[0]! : [...list]])
  );

/** Returns the fields by name, and interprets brackets in names as koa-body does (`fileInfo[0][caption]`, `tags[]`). */
export function nestedFields(values: ReadonlyMap<string, readonly string[]>): FormFields {
  const isNested = ([name]: [string, unknown]) => name.includes('[');
  const plain = plainFields(new Map([...values].filter((entry) => !isNested(entry))));
  const nested = [...values]
    .filter(isNested)
    .flatMap(([name, list]) => list.map((value) => ({ name, value })));
  if (nested.length === 0) {
    return plain;
  }
  // Only the names are parsed. The values may be large, so an index stands for each value.
  const names = nested.map(({ name }, index) => `${encodeURIComponent(name)}=${index}`);
  const parsed = qs.parse(names.join('&'), {
    depth: DEPTH,
    parameterLimit: Infinity,
    arrayLimit: nested.length,
  });
  return {
    ...(mapLeaves(parsed, (index) => nested[Number(index)]!.value) as FormFields),
    ...plain,
  };
}

/** Copies a tree and replaces each text in it. */
function mapLeaves(node: unknown, valueOf: (leaf: string) => FieldValue): FieldValue {
  if (Array.isArray(node)) {
    return node.map((inner) => mapLeaves(inner, valueOf));
  }
  return typeof node === 'string'
    ? valueOf(node)
    : Object.fromEntries(
        Object.entries(node ?? {}).map(([name, inner]) => [name, mapLeaves(inner, valueOf)])
      );
}
