export type { FileInput, FocalPoint, ImageFile } from './file';
export { imageProps, type ImageOptions, type ImageProps, type ImageStyle } from './image-props';
export { imageUrl, type Fit, type Format, type VariantOptions } from './image-url';
export {
  pictureSources,
  type Picture,
  type PictureOptions,
  type PictureSource,
} from './picture-sources';
