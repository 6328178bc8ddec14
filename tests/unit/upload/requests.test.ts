import { parseFileInfos, tidyInfo } from '../../../server/src/upload/receive/file-info';
import { parseLinkRequest, uidOf } from '../../../server/src/links/request';
import { parseId } from '../../../server/src/library/files';
import { humanSize, toKilobytes } from '../../../server/src/util/units';

describe('parseFileInfos', () => {
  it.each([
    ['nothing', undefined, 2, [{}, {}]],
    ['an empty field', '', 1, [{}]],
    ['one object for one file', '{"caption":"a"}', 1, [{ caption: 'a' }]],
    ['a list', '[{"caption":"a"},{"caption":"b"}]', 2, [{ caption: 'a' }, { caption: 'b' }]],
    [
      'several parts',
      ['{"caption":"a"}', '{"caption":"b"}'],
      2,
      [{ caption: 'a' }, { caption: 'b' }],
    ],
    ['a list that is too short', '[{"caption":"a"}]', 2, [{ caption: 'a' }, {}]],
    ['a list that is too long', '[{"caption":"a"},{}]', 1, [{ caption: 'a' }]],
    ['an object already', { caption: 'a' }, 1, [{ caption: 'a' }]],
    ['keys it does not know', '{"hash":"x","__proto__":{"y":1}}', 1, [{}]],
    ['a number as a text', '{"caption":5}', 1, [{ caption: '5' }]],
    ['null', '{"caption":null,"focalPoint":null}', 1, [{ caption: null, focalPoint: null }]],
  ])('reads %s', (_what, raw, count, infos) => expect(parseFileInfos(raw, count)).toEqual(infos));

  it.each([
    ['{bad', 1],
    ['"text"', 1],
    ['[1]', 1],
    ['{"caption":{}}', 1],
    ['{"focalPoint":{"x":101,"y":0}}', 1],
    ['{"focalPoint":{"x":1}}', 1],
    ['{"caption":"one for two"}', 2],
  ])('refuses %s for %d files', (raw, count) => expect(() => parseFileInfos(raw, count)).toThrow());
});

describe('tidyInfo', () => {
  it('keeps a name in one line that fits its column', () => {
    expect(tidyInfo({ name: ' AC/DC\r\n\0 ' })).toEqual({ name: 'AC/DC' });
    expect(tidyInfo({ name: `${'x'.repeat(300)}.jpeg` }).name).toHaveLength(255);
    expect(tidyInfo({ name: '\0' }).name).toBeUndefined();
  });

  it('takes out what PostgreSQL cannot store, and leaves the rest', () => {
    const info = { alternativeText: 'a\0b', caption: 'two\nlines', focalPoint: { x: 1, y: 2 } };
    expect(tidyInfo(info)).toEqual({ ...info, alternativeText: 'ab' });
    expect(tidyInfo({ name: null, caption: null })).toEqual({ name: null, caption: null });
    expect(tidyInfo({ ...{ url: '/x', hash: 'x' }, caption: 'c' })).toEqual({ caption: 'c' });
  });
});

describe('parseLinkRequest', () => {
  it('reads the three fields and the source', () => {
    const fields = { ref: 'user', refId: '1', field: 'avatar', source: 'users-permissions' };
    expect(parseLinkRequest(fields)).toEqual(fields);
    expect(parseLinkRequest({ ref: 'a', refId: 7, field: 'b' })).toMatchObject({ refId: '7' });
  });

  it('is null where nothing is to be linked', () => {
    expect(parseLinkRequest({})).toBeNull();
    expect(parseLinkRequest({ ref: '', refId: '', field: '' })).toBeNull();
    expect(parseLinkRequest({ source: 'users-permissions' })).toBeNull();
  });

  it('names what is missing', () => {
    expect(() => parseLinkRequest({ ref: 'a' })).toThrow('The request has no refId and no field.');
  });
});

describe('uidOf', () => {
  it.each([
    [{ ref: 'api::restaurant.restaurant' }, 'api::restaurant.restaurant'],
    [{ ref: 'restaurant' }, 'api::restaurant.restaurant'],
    [{ ref: 'user', source: 'users-permissions' }, 'plugin::users-permissions.user'],
    [{ ref: 'plugin::a.b', source: 'users-permissions' }, 'plugin::a.b'],
    [{ ref: 'shared.seo' }, 'shared.seo'],
  ])('of %j is %s', (request, uid) => expect(uidOf(request)).toBe(uid));
});

describe('parseId', () => {
  it.each([
    ['1', 1],
    [7, 7],
    ['2147483647', 2147483647],
    ['2147483648', null],
    ['0', null],
    ['-1', null],
    ['1.5', null],
    ['abc', null],
    [undefined, null],
    [{ $gt: 0 }, null],
  ])('%j is %j', (raw, id) => expect(parseId(raw)).toBe(id));
});

describe('units', () => {
  it('counts kilobytes of 1000 bytes with two decimals', () => {
    expect([0, 5, 1000, 12345].map(toKilobytes)).toEqual([0, 0.01, 1, 12.35]);
  });

  it('tells sizes to people', () => {
    expect([0, 999, 1000, 1_500_000, 1e9].map(humanSize)).toEqual([
      '0 Bytes',
      '999 Bytes',
      '1 KB',
      '1.5 MB',
      '1 GB',
    ]);
  });
});
