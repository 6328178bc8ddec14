import { differences } from './harness/compare';
import { createNormaliser } from './harness/normalise';

describe('differences', () => {
  it.each([
    ['equal outcomes', { 0: { status: 200, body: [1] } }, { 0: { status: 200, body: [1] } }, []],
    ['a status', { 0: { status: 500 } }, { 0: { status: 404 } }, ['0.status 500→404']],
    ['a value', { body: { a: [1, 2] } }, { body: { a: [1, 3] } }, ['body.a.1']],
    ['a key that one side lacks', { body: {} }, { body: { a: null } }, ['body.a']],
    ['lists of different lengths', { rows: [1] }, { rows: [2, 3] }, ['rows']],
    ['null for an object', { body: null }, { body: {} }, ['body']],
    ['an error for a result', { body: { id: 1 } }, { body: { error: {} } }, ['body']],
    ['two errors', { body: { error: { a: 1 } } }, { body: { error: { a: 2 } } }, ['body.error']],
  ])('are told of %s', (_what, builtin, ours, paths) =>
    expect(differences(builtin, ours)).toEqual(paths)
  );
});

describe('a normaliser', () => {
  const normaliser = () =>
    createNormaliser({
      places: { 'http://127.0.0.1:1234': '<server>' },
      ids: new Map([[710_000_001, 'file notes.txt']]),
      documents: new Map([['abcdefghijklmnopqrstuvwx', 'files']]),
    });

  it('gives one thing one label, as a number and in texts', () => {
    const value = { id: 710_000_009, path: '/files/710000009', other: 710_000_007 };
    expect(normaliser().value(value)).toEqual({
      id: '<files 1>',
      path: '/files/<files 1>',
      other: '<files 2>',
    });
  });

  it('labels hashes, document ids, times of now, addresses and what was there before', () => {
    expect(
      normaliser().value({
        url: 'http://127.0.0.1:1234/uploads/small_photo_0123456789.jpg',
        documentId: 'abcdefghijklmnopqrstuvwx',
        createdAt: new Date().toISOString(),
        id: 710_000_001,
      })
    ).toEqual({
      url: '<server>/uploads/small_photo_<hash 1>.jpg',
      documentId: '<files documentId 1>',
      createdAt: '<now>',
      id: '<file notes.txt>',
    });
  });

  it('leaves everything else: other numbers, old times, sizes of what is no picture', () => {
    const value = {
      size: 12.5,
      mime: 'text/plain',
      order: 1,
      createdAt: '2024-01-01T00:00:00.000Z',
      hash: 'notes_0123',
    };
    expect(normaliser().value(value)).toEqual(value);
  });

  it('takes the size of a picture for given, if it has one', () => {
    const picture = (size: number) => normaliser().value({ mime: 'image/png', size });
    expect(picture(3)).toEqual(picture(4));
    expect(picture(3)).not.toEqual(picture(0));
  });
});
