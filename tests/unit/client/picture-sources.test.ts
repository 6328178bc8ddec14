import {
  imageProps,
  pictureSources,
  type FileInput,
  type PictureOptions,
} from '../../../client/src';
import { IMAGE, SVG, VERSION } from './files';

describe('the parts of a picture', () => {
  it('are AVIF, WebP and the image itself', () => {
    const options = { widths: [640], aspectRatio: 2, sizes: '50vw' };
    const sourceOf = (format: string) => ({
      type: `image/${format}`,
      srcSet: `${IMAGE.url}?format=${format}&height=320&${VERSION}&width=640 640w`,
      sizes: '50vw',
    });
    expect(pictureSources(IMAGE, options)).toEqual({
      sources: [sourceOf('avif'), sourceOf('webp')],
      img: imageProps(IMAGE, options),
    });
  });

  it('have the format of the image that is asked for', () => {
    const { sources, img } = pictureSources(IMAGE, { format: 'jpg', formats: ['webp'] });
    expect(img).toEqual(imageProps(IMAGE, { format: 'jpg' }));
    expect(sources.map(({ type }) => type)).toEqual(['image/webp']);
  });

  it.each<[string, string[], FileInput, PictureOptions]>([
    ['a GIF', ['image/webp'], { url: '/uploads/a.gif', mime: 'image/gif' }, {}],
    ['a GIF whose type is not known', ['image/webp'], { url: '/uploads/a', ext: '.gif' }, {}],
    ['a drawing', [], SVG, {}],
    ['a preset', [], IMAGE, { preset: 'hero' }],
    ['a file in Strapi 4', ['image/avif', 'image/webp'], { data: { attributes: IMAGE } }, {}],
  ])('have these sources for %s', (_, types, file, options) => {
    const { sources, img } = pictureSources(file, options);
    expect(sources.map(({ type }) => type)).toEqual(types);
    expect(img.src).toContain('/uploads/');
  });
});
