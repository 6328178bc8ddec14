import { flatFile, type FileInput } from './file';
import { imageProps, type ImageOptions, type ImageProps } from './image-props';

/** Options of a `<picture>`. `format` is that of the `<img>`; without it, the `<img>` has the file's own format. */
export interface PictureOptions extends ImageOptions {
  /** Formats of the `<source>` elements; browsers take the first one that they support. Default: AVIF, then WebP. */
  formats?: ReadonlyArray<'avif' | 'webp'> | undefined;
}

/** Attributes of a `<source>`. */
export interface PictureSource {
  /** The MIME type. */
  type: string;
  srcSet: string;
  sizes: string;
}

/** The parts of a `<picture>`, in the order of the page. */
export interface Picture {
  sources: PictureSource[];
  /** Attributes of the `<img>`, which is for browsers that support none of the sources. */
  img: ImageProps;
}

/**
 * Returns the attributes of a `<picture>`: a `<source>` for each format, and the `<img>` after them. The browser chooses
 * the format, so the server's answers do not depend on the header Accept.
 *
 * The list of sources is empty where {@link imageProps} gives no `srcSet`. A GIF has no AVIF source, since it can be an
 * animation, which the server keeps in WebP only.
 *
 * @throws Error as {@link imageProps} does
 */
export function pictureSources(input: FileInput, options: PictureOptions = {}): Picture {
  const { formats = ['avif', 'webp'], ...rest } = options;
  const { mime, ext } = flatFile(input);
  const isGif = mime === 'image/gif' || ext === '.gif';
  const img = imageProps(input, rest);
  const sources: PictureSource[] = [];
  for (const format of formats) {
    const { srcSet, sizes } = imageProps(input, { ...rest, format });
    if (srcSet && sizes && !(isGif && format === 'avif')) {
      sources.push({ type: `image/${format}`, srcSet, sizes });
    }
  }
  return { sources, img };
}
