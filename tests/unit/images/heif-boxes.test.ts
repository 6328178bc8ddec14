import { boxesIn, contentOf } from '../../../server/src/images/heif/boxes';
import { box } from '../../support/planted';

const sourceOf = (bytes: Buffer) => ({
  size: bytes.length,
  read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
});
const boxesOf = (bytes: Buffer) => boxesIn(sourceOf(bytes), { from: 0, to: bytes.length });

/** A box whose header states this size. A bigint is written in eight bytes, a number in four bytes. */
function saying(size: number | bigint, type: string, content = ''): Buffer {
  const result = box(type, typeof size === 'bigint' ? Buffer.alloc(8) : '', content);
  if (typeof size === 'bigint') {
    result.writeUInt32BE(1, 0);
    result.writeBigUInt64BE(size, 8);
  } else {
    result.writeUInt32BE(size, 0);
  }
  return result;
}

describe('boxes side by side', () => {
  it('are told by type and place', async () => {
    const bytes = Buffer.concat([box('ftyp', 'abc'), box('free'), box('mdat', 'x')]);
    expect(await boxesOf(bytes)).toEqual([
      { type: 'ftyp', from: 0, body: 8, to: 11 },
      { type: 'free', from: 11, body: 19, to: 19 },
      { type: 'mdat', from: 19, body: 27, to: 28 },
    ]);
  });

  it.each([
    ['has its size in eight bytes', saying(19n, 'mdat', 'abc'), { body: 16, to: 19 }],
    ['goes on to the end', saying(0, 'mdat', 'abc'), { body: 8, to: 11 }],
    ['says more than there is', saying(1000, 'mdat', 'abc'), { body: 8, to: 11 }],
    ['says more than anything has', saying(2n ** 64n - 1n, 'mdat', 'abc'), { body: 16, to: 19 }],
  ])('end with one that %s', async (_name, bytes, expected) => {
    expect(await boxesOf(bytes)).toEqual([{ type: 'mdat', from: 0, ...expected }]);
  });

  it.each([
    ['a size that no box has', saying(7, 'mdat')],
    ['a long size that no box has', saying(15n, 'mdat')],
    ['a head that is cut off', box('mdat').subarray(0, 7)],
    ['a long head that is cut off', saying(40n, 'mdat').subarray(0, 15)],
    ['zeros, but for their type', Buffer.alloc(4)],
  ])('end in front of %s', async (_name, bytes) => {
    const boxes = await boxesOf(Buffer.concat([box('ftyp'), bytes]));
    expect(boxes).toEqual([{ type: 'ftyp', from: 0, body: 8, to: 8 }]);
  });

  it('are no more than anybody writes', async () => {
    const many = Buffer.concat(Array.from({ length: 10_001 }, () => box('free')));
    await expect(boxesOf(many)).rejects.toThrow(RangeError);
    expect(await boxesOf(many.subarray(8))).toHaveLength(10_000);
  });

  it('are read up to a bound', async () => {
    const bytes = box('iloc', '12345');
    const [only] = await boxesOf(bytes);
    expect((await contentOf(sourceOf(bytes), only!, 5)).toString()).toBe('12345');
    await expect(contentOf(sourceOf(bytes), only!, 4)).rejects.toThrow('"iloc"');
  });
});
