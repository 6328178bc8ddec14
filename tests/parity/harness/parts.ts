import type { Part } from '../../support/raw';
import type { Seen } from './case';

/** Parts of a form, or a function that makes them from the answers to earlier steps. */
export type Parts = Part[] | ((seen: Seen) => Part[] | Promise<Part[]>);

export const partsOf = (parts: Parts, seen: Seen): Part[] | Promise<Part[]> =>
  typeof parts === 'function' ? parts(seen) : parts;
