import { imageProps, type FileInput, type ImageOptions } from '../../../client/src';
import { IMAGE, IN_BUCKET, SIGNATURE, SVG, VERSION } from './files';

/** Widths of the candidates: those in the URLs. They must be the ones that the srcset states. */
function widthsOf(file: FileInput, options: ImageOptions = {}): number[] {
  const { srcSet = '' } = imageProps(file, options);
  return srcSet.split(', ').map((candidate) => {
    const [, inUrl, stated] = /[?&]width=(\d+)(?:&\S*)? (\d+)w$/.exec(candidate) ?? [];
    expect(inUrl).toBe(stated);
    return Number(stated);
  });
}

/** Heights of the candidates by their widths. */
const heightsOf = (file: FileInput, options: ImageOptions) =>
  Object.fromEntries(
    (imageProps(file, options).srcSet ?? '').split(', ').map((candidate) => {
      const height = /[?&]height=(\d+)/.exec(candidate)?.[1];
      return [/[?&]width=(\d+)/.exec(candidate)?.[1], height && Number(height)];
    })
  );

const sized = (width: number | null, height: number | null = null) => ({ ...IMAGE, width, height });

describe('the attributes of an image', () => {
  it('are complete', () => {
    const { url } = IMAGE;
    expect(imageProps(IMAGE, { widths: [640, 1200], sizes: '50vw', format: 'webp' })).toEqual({
      src: `${url}?format=webp&${VERSION}&width=1200`,
      srcSet: `${url}?format=webp&${VERSION}&width=640 640w, ${url}?format=webp&${VERSION}&width=1200 1200w`,
      sizes: '50vw',
      width: 3000,
      height: 2000,
      alt: 'The front door',
      style: { objectPosition: '25% 40.5%' },
    });
  });

  it('need only a URL', () => {
    const { src, sizes, ...others } = imageProps({ url: IMAGE.url }, { widths: [64] });
    expect([src, sizes]).toEqual([`${IMAGE.url}?width=64`, '100vw']);
    expect(others).toEqual({ srcSet: `${IMAGE.url}?width=64 64w`, alt: '', style: {} });
  });

  it('have a value for each one that is there, since frameworks write undefined differently', () => {
    for (const file of [IMAGE, SVG, { url: IMAGE.url }]) {
      expect(Object.values(imageProps(file))).not.toContain(undefined);
    }
  });

  it('keep the signature of a private file in each candidate', () => {
    const url = `/uploads/private/a.jpg?${SIGNATURE}`;
    const { srcSet } = imageProps({ url, isUrlSigned: true }, { widths: [64, 96] });
    expect(srcSet).toBe(`${url}&width=64 64w, ${url}&width=96 96w`);
  });

  it('throw what a URL throws', () => {
    expect(() => imageProps(IN_BUCKET)).toThrow('baseUrl');
  });
});

describe('the widths of the candidates', () => {
  it.each<[string, number[], FileInput, ImageOptions]>([
    ['reach a large file', [640, 750, 828, 1080, 1200, 1920, 2048, 3840], sized(3000), {}],
    ['end at the last step', [640, 750, 828, 1080, 1200, 1920, 2048, 3840], sized(9000), {}],
    ['are all if the width is not known', widthsOf(sized(9000)), sized(null), {}],
    ['end at a step that the file has', [640, 750, 828, 1080], sized(1080), {}],
    ['end at the first step above the file', [640, 750, 828, 1080], sized(1000), {}],
    ['have at least one', [640], sized(100), {}],
    ['begin at a small width and reach its double', [256, 384, 640], sized(3000), { width: 200 }],
    ['do not exceed a small file', [256], sized(150), { width: 200 }],
    [
      'begin at 640 for a large width',
      [640, 750, 828, 1080, 1200, 1920],
      sized(5000),
      { width: 900 },
    ],
    ['are those that were asked for', [100, 5000], sized(300), { widths: [100, 5000] }],
  ])('%s', (_, widths, file, options) => {
    expect(widthsOf(file, options)).toEqual(widths);
  });
});

describe('the heights of the candidates', () => {
  const widths = [640, 1200];

  it.each<[string, Record<string, number | undefined>, ImageOptions]>([
    ['are left out if none is asked for', { 640: undefined, 1200: undefined }, {}],
    ['have the ratio that is asked for', { 640: 360, 1200: 675 }, { aspectRatio: 16 / 9 }],
    ['have the ratio of width and height', { 640: 320, 1200: 600 }, { width: 800, height: 400 }],
    ['have the ratio of the file', { 640: 427, 1200: 800 }, { height: 400 }],
    ['have the ratio beside a height', { 640: 640, 1200: 1200 }, { height: 400, aspectRatio: 1 }],
  ])('%s', (_, heights, options) => {
    expect(heightsOf(IMAGE, { widths, ...options })).toEqual(heights);
  });

  it('are not guessed: without a ratio there is only src', () => {
    expect(imageProps({ url: IMAGE.url }, { height: 400 })).toEqual({
      src: `${IMAGE.url}?height=400`,
      height: 400,
      alt: '',
      style: {},
    });
  });
});

describe('src and sizes', () => {
  it.each<[string, string, string, ImageOptions]>([
    ['are those of the widest candidate', `${VERSION}&width=3840`, '100vw', {}],
    [
      'are those of the width in the page',
      `${VERSION}&width=400`,
      '(min-width: 400px) 400px, 100vw',
      { width: 400 },
    ],
    [
      'are those of the box in the page',
      `height=300&${VERSION}&width=400`,
      '(min-width: 400px) 400px, 100vw',
      { width: 400, height: 300 },
    ],
    [
      'are those of the width that belongs to the height',
      `height=300&${VERSION}&width=600`,
      '(min-width: 600px) 600px, 100vw',
      { height: 300, aspectRatio: 2 },
    ],
    ['can be chosen', `${VERSION}&width=400`, '25vw', { width: 400, sizes: '25vw' }],
  ])('%s', (_, query, sizes, options) => {
    expect(imageProps(IMAGE, options)).toMatchObject({ src: `${IMAGE.url}?${query}`, sizes });
  });
});

describe('width and height', () => {
  it.each<[string, [number?, number?], FileInput, ImageOptions]>([
    ['are those of the file', [3000, 2000], IMAGE, {}],
    ['have the ratio of the file', [600, 400], IMAGE, { width: 600 }],
    ['are those of the largest crop', [2000, 2000], IMAGE, { aspectRatio: 1 }],
    ['are those of the largest wide crop', [3000, 1500], IMAGE, { aspectRatio: 2 }],
    ['are those of the box', [400, 400], IMAGE, { width: 400, height: 400 }],
    ['are those of the bars', [400, 400], IMAGE, { width: 400, height: 400, fit: 'contain' }],
    ['are those inside of the box', [300, 200], IMAGE, { width: 300, height: 900, fit: 'inside' }],
    [
      'are those inside of a flat box',
      [150, 100],
      IMAGE,
      { width: 300, height: 100, fit: 'inside' },
    ],
    ['are those around the box', [1350, 900], IMAGE, { width: 300, height: 900, fit: 'outside' }],
    ['are known as far as they can be', [400, undefined], { url: IMAGE.url }, { width: 400 }],
    [
      'are those of the box for an unknown file',
      [400, 200],
      { url: IMAGE.url },
      { width: 400, height: 200 },
    ],
    ['are those of a drawing', [300, 200], SVG, { width: 300, height: 900 }],
  ])('%s', (_, [width, height], file, options) => {
    const props = imageProps(file, options);
    expect([props.width, props.height]).toEqual([width, height]);
  });
});

describe('a file without variants', () => {
  it.each<[string, FileInput, ImageOptions, object]>([
    ['a drawing', SVG, { format: 'webp' }, { src: SVG.url, width: 3000, height: 2000 }],
    [
      'a document',
      { url: '/uploads/a.pdf', mime: 'application/pdf' },
      {},
      { src: '/uploads/a.pdf' },
    ],
    [
      'a file that its provider has signed',
      { url: 'https://b.example.com/a.jpg?sig=1', isUrlSigned: true },
      { baseUrl: 'https://cms.example.com' },
      { src: 'https://b.example.com/a.jpg?sig=1' },
    ],
    ['a preset', IMAGE, { preset: 'hero' }, { src: `${IMAGE.url}?key=hero&${VERSION}` }],
  ])('has only src: %s', (_, file, options, expected) => {
    const { alt, style, ...props } = imageProps(file, options);
    expect(props).toEqual(expected);
    expect([typeof alt, typeof style]).toEqual(['string', 'object']);
  });
});

describe('the style', () => {
  const styleOf = (placeholder: string) => imageProps({ url: IMAGE.url, placeholder }).style;

  it('has a placeholder that is an image', () => {
    const placeholder = 'data:image/png;base64,aGk=';
    expect(styleOf(placeholder)).toEqual({
      backgroundImage: `url("${placeholder}")`,
      backgroundSize: 'cover',
    });
  });

  it.each([
    ['the thumbhash of the server', '3OcRJYB4d3h/iIeHeEh3eIhw+j2w'],
    ['what would leave the text', 'data:image/png,"); color: red; x("'],
    ['what is no image', 'data:text/html,hi'],
  ])('has no placeholder that is %s', (_, placeholder) => {
    expect(styleOf(placeholder)).toEqual({});
  });
});
