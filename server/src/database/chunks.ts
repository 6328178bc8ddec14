/** Number of values in one query, which databases limit (SQLite: 32 766, older versions 999). */
const CHUNK = 50;

/** Splits a list into parts that each fit into one query. */
export const chunks = <T>(list: readonly T[], size = CHUNK): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size)
  );
