import { flatFile, type FileInput, type ImageFile } from './file';
import { hasVariants, imageUrl, type VariantOptions } from './image-url';
import { boxOf, sizeOf, widthsOf } from './layout';

/** Options of an image in a page. */
export interface ImageOptions extends VariantOptions {
  /** Width of the image in the page, in CSS pixels. Without it, the image may be as wide as the viewport. */
  width?: number | undefined;
  /** Height of the image in the page, in CSS pixels. */
  height?: number | undefined;
  /** Widths of the candidates, in pixels and in ascending order. */
  widths?: readonly number[] | undefined;
  /** Value of the attribute `sizes`. Default: `width` pixels, or `100vw` where the viewport is narrower. */
  sizes?: string | undefined;
}

/** Styles of an image, with the names that scripts use. A style that is not known is not there. */
export interface ImageStyle {
  /** The focal point. It has an effect if the page crops the image itself (`object-fit: cover`). */
  objectPosition?: string;
  backgroundImage?: string;
  backgroundSize?: string;
}

/** Attributes of an `<img>`. An attribute that is not known is not there. */
export interface ImageProps {
  src: string;
  srcSet?: string;
  sizes?: string;
  /** Width in CSS pixels. */
  width?: number;
  /** Height in CSS pixels. */
  height?: number;
  /** The alternative text; empty if the file has none. */
  alt: string;
  style: ImageStyle;
}

/**
 * Returns the attributes of an `<img>` for a file.
 *
 * The candidates of `srcSet` have the server's widths from 640 to 3840 that the file fills, and the first one that is not
 * smaller than the file. With `width`, they begin at `width` if this is below 640, and end at the first one that reaches
 * twice `width`. With `aspectRatio` or `height`, each candidate has the height that belongs to its width; `height` alone
 * means the ratio of the file. `src` is the candidate for `width`, or else the widest one.
 *
 * There is only `src` without `srcSet` for a file of which the server makes no variants ({@link imageUrl}), for a
 * preset, and for a `height` without any ratio. For a preset, `width` and `height` are left out too, since only the
 * server knows them.
 *
 * `style` contains the focal point. It contains the file's placeholder only if that is a `data:` URL of an image. The
 * thumbhash that the server makes (`images.placeholder`) is left out, since only code can show it.
 *
 * @throws Error as {@link imageUrl} does
 */
export function imageProps(input: FileInput, options: ImageOptions = {}): ImageProps {
  const file = flatFile(input);
  const { widths, sizes, ...values } = options;
  const { height, preset } = values;
  const box = boxOf(file, options);
  const texts = { alt: file.alternativeText ?? '', style: styleOf(file) };
  if (preset != null) {
    const src = imageUrl(file, { ...values, width: undefined, height: undefined });
    return { src, ...texts };
  }
  if (!hasVariants(file, options)) {
    return { src: imageUrl(file, values), ...sizeOf(file, { width: box.width }), ...texts };
  }
  if (height && !box.aspectRatio) {
    return { src: imageUrl(file, values), height, ...texts };
  }
  const candidates = widths ?? widthsOf(file, box.width);
  const urlOf = (width: number | undefined): string => imageUrl(file, { ...values, ...box, width });
  return {
    src: urlOf(box.width ?? candidates[candidates.length - 1]),
    srcSet: candidates.map((width) => `${urlOf(width)} ${width}w`).join(', '),
    sizes: sizes ?? (box.width ? `(min-width: ${box.width}px) ${box.width}px, 100vw` : '100vw'),
    ...sizeOf(file, box),
    ...texts,
  };
}

function styleOf({ focalPoint, placeholder }: ImageFile): ImageStyle {
  return {
    ...(focalPoint && { objectPosition: `${focalPoint.x}% ${focalPoint.y}%` }),
    // Quotes, backslashes and line breaks would end the text in CSS.
    ...(/^data:image\/[^"\\\n\r\f]+$/.test(placeholder ?? '') && {
      backgroundImage: `url("${placeholder}")`,
      backgroundSize: 'cover',
    }),
  };
}
