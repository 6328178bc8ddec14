/** Databases bound the values of one query (SQLite: 32 766, older ones 999). */
const CHUNK = 50;

/** A list in parts that fit one query each. */
export const chunks = <T>(list: readonly T[], size = CHUNK): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size)
  );
