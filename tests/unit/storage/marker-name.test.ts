import path from 'node:path';
import { markerName, MOST_BYTES, parseMarker } from '../../../server/src/storage/marker-name';

const KEY = '01234567-89ab-cdef-0123-456789abcdef';

describe('the name of a marker', () => {
  it.each([
    { hash: 'a_0123456789', ext: '.txt' },
    { hash: 'a_0123456789', ext: '' },
    { hash: 'a.b', ext: '.tar' },
    { hash: 'größe', ext: '.PNG', private: true as const },
  ])('tells of %j', (object) => {
    const name = path.join('instance', markerName(KEY, object));
    expect(parseMarker(name)).toEqual({ key: KEY, object });
  });

  it.each([
    '0d4c3d2e-aaaa-bbbb-cccc-0123456789ab',
    'mark.txt',
    `mark.${KEY}.x.a`,
    `mark.${KEY}.o.`,
  ])('is not %s', (name) => expect(parseMarker(name)).toBeNull());

  it('fits what file systems allow', () => {
    const hash = 'x'.repeat(MOST_BYTES);
    expect(Buffer.byteLength(markerName(KEY, { hash, ext: '' }))).toBeLessThanOrEqual(255);
  });
});
