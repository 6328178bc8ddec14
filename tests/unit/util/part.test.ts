import type { Core } from '@strapi/strapi';
import { part } from '../../../server/src/util/part';

/** A fake of Strapi's container. If a value is a function, `get` calls it and returns the result. */
function container() {
  const made = new Map<string, unknown>();
  return {
    add: (key: string, value: unknown) => made.set(key, value),
    has: (key: string) => made.has(key),
    get(key: string) {
      const value = made.get(key);
      return typeof value === 'function' ? value() : value;
    },
  } as unknown as Core.Strapi;
}

describe('a part in the container of Strapi', () => {
  it('is there once it was put there, under a name of its own', () => {
    const strapi = container();
    const one = part<{ name: string }>('one');
    expect(one.isIn(strapi)).toBe(false);
    one.put(strapi, { name: 'a' });
    expect(one.isIn(strapi)).toBe(true);
    expect(one.of(strapi)).toEqual({ name: 'a' });
    expect(part('other').isIn(strapi)).toBe(false);
  });

  it('may be a function, which is called by who takes it alone', () => {
    const strapi = container();
    const work = jest.fn(() => 1);
    const one = part<() => number>('work');
    one.put(strapi, work);
    expect(one.of(strapi)).toBe(work);
    expect(work).not.toHaveBeenCalled();
  });
});
