import { growth } from '../../support/growth';
import { nestedFields, plainFields } from '../../../server/src/upload/receive/form-fields';

const sent = (...fields: Array<[name: string, value: string]>) => {
  const values = new Map<string, string[]>();
  for (const [name, value] of fields) {
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return values;
};

describe('fields of a form', () => {
  it.each<[string, Array<[string, string]>, unknown]>([
    [
      'plain names',
      [
        ['a', '1'],
        ['b', '2'],
        ['a', '3'],
      ],
      { a: ['1', '3'], b: '2' },
    ],
    [
      'an object',
      [
        ['i[caption]', 'c'],
        ['i[name]', 'n'],
      ],
      { i: { caption: 'c', name: 'n' } },
    ],
    [
      'a list of objects',
      [
        ['i[0][c]', 'x'],
        ['i[1][c]', 'y'],
      ],
      { i: [{ c: 'x' }, { c: 'y' }] },
    ],
    [
      'a list',
      [
        ['t[]', 'a'],
        ['t[]', 'b'],
      ],
      { t: ['a', 'b'] },
    ],
    ['a list with an index that is far away', [['t[900000]', 'a']], { t: { 900000: 'a' } }],
    [
      'deep names',
      [['a[b][c][d][e][f][g]', '1']],
      { a: { b: { c: { d: { e: { f: { '[g]': '1' } } } } } } },
    ],
    ['a name with signs of addresses', [['a[b&c=d%20+]', '1']], { a: { 'b&c=d%20+': '1' } }],
    ['values with signs of addresses', [['a[b]', '&x=1%41+;']], { a: { b: '&x=1%41+;' } }],
    [
      'a plain name beside brackets of the same',
      [
        ['a', '1'],
        ['a[b]', '2'],
      ],
      { a: '1' },
    ],
    ['no names', [], {}],
  ])('%s', (_what, fields, expected) => {
    expect(nestedFields(sent(...fields))).toEqual(expected);
  });

  it('are as many as were sent, in lists too', () => {
    const many = Array.from({ length: 1200 }, (_, index): [string, string] => ['t[]', `${index}`]);
    expect(nestedFields(sent(...many)).t).toHaveLength(1200);
    const objects = many.map(([, index]): [string, string] => [`i[${index}][c]`, index]);
    expect(nestedFields(sent(...objects)).i).toHaveLength(1200);
  });

  it.each([
    '__proto__[x]',
    'a[__proto__][x]',
    'constructor[prototype][x]',
    'a[constructor][prototype][x]',
  ])('change no object of the process: %s', (name) => {
    const fields = nestedFields(sent([name, 'polluted'], ['b[c]', '1']));
    expect(({} as { x?: unknown }).x).toBeUndefined();
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(fields.b).toEqual({ c: '1' });
  });

  it('keep their brackets where those are part of names', () => {
    expect(plainFields(sent(['fileInfo.blocks[0].picture', '{}']))).toEqual({
      'fileInfo.blocks[0].picture': '{}',
    });
  });

  it('take time that grows with their number, not with its square', () => {
    const forms = new Map(
      [200, 2000].map((count) => [
        count,
        sent(
          ...Array.from({ length: count }, (_, at): [string, string] => [`a[${at}][b][c]`, 'x'])
        ),
      ])
    );
    const read = (count: number) => nestedFields(forms.get(count)!);
    expect(growth(read, { small: 200, large: 2000 })).toBeLessThan(5);
  });
});
