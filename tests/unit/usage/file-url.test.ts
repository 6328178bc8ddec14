import { searchFor, type FileUrls } from '../../../server/src/usage/file-url';

const file = (url: string, hash = 'a_0123456789', formats: string[] = []): FileUrls => ({
  id: 1,
  url,
  hash,
  formats: Object.fromEntries(
    formats.map((url, index) => [String(index), { url }])
  ) as unknown as FileUrls['formats'],
});

const LOCAL = '/uploads/a.png';
const REMOTE = 'https://bucket.example.org/dir/a.png';
const ENCODED = '/uploads/caf%C3%A9 1.png';

describe('searchFor', () => {
  it.each([
    [LOCAL, '/uploads/a.png'],
    [LOCAL, '![a](/uploads/a.png)'],
    [LOCAL, '<img src="/uploads/a.png">'],
    [LOCAL, "url('/uploads/a.png')"],
    [LOCAL, 'https://example.org/uploads/a.png?width=3'],
    [LOCAL, '/uploads/a.png#part'],
    [LOCAL, 'uploads/a.png'],
    [LOCAL, './uploads/a.png'],
    [LOCAL, 'See /uploads/a.png.'],
    [LOCAL, 'srcset="/uploads/b.png 1x,/uploads/a.png 2x"'],
    [REMOTE, REMOTE],
    [REMOTE, 'http://bucket.example.org/dir/a.png'],
    [REMOTE, '//bucket.example.org/dir/a.png?signature=1'],
    [`${REMOTE}?alt=media`, REMOTE],
    [ENCODED, '/uploads/café 1.png'],
    [ENCODED, '/uploads/caf%C3%A9%201.png'],
    ['/uploads/100%.png', '/uploads/100%.png'],
    ['/uploads/a+(1)[2].png', '/uploads/a+(1)[2].png'],
  ])('finds %s in %s', (url, text) => expect(searchFor(file(url)).isIn(text)).toBe(true));

  it.each([
    [LOCAL, '/uploads/aa.png'],
    [LOCAL, '/uploads/a.png2'],
    [LOCAL, '/uploads/a.png.bak'],
    [LOCAL, '/uploads/a.pngé'],
    [LOCAL, '/uploads/axpng'],
    [LOCAL, '/uploads/A.PNG'],
    [LOCAL, '/my-uploads/a.png'],
    [LOCAL, '/uploads/a.png/b.png'],
    [LOCAL, 'a.png'],
    [REMOTE, 'https://other.example.org/dir/a.png'],
    [REMOTE, 'https://my.bucket.example.org/dir/a.png'],
    [REMOTE, '/dir/a.png'],
    ['', 'anything'],
    ['https://example.org/', 'https://example.org/'],
  ])('does not find %s in %s', (url, text) => expect(searchFor(file(url)).isIn(text)).toBe(false));

  it('finds formats, and asks the database for what all have in common', () => {
    const [hash, small] = ['a_0123456789', '/uploads/small_a_0123456789.png'];
    const search = searchFor(file('/uploads/a_0123456789.png', hash, [small]));

    expect(search.parts).toEqual([hash]);
    expect(search.isIn(small)).toBe(true);
  });

  it('asks for whole names where they have nothing in common, or too little', () => {
    expect(searchFor(file('/uploads/a.png', 'a', ['/uploads/a_s.png'])).parts).toEqual([
      'a.png',
      'a_s.png',
    ]);
    expect(searchFor(file('/uploads/b.png')).parts).toEqual(['b.png']);
  });
});
