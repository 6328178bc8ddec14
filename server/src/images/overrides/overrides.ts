import { isOwn } from '../../util/own';
import type { ImageManipulation } from './manipulation';

/** The functions that process or judge images. */
const OF_IMAGES = [
  'isImage',
  'isFaultyImage',
  'isOptimizableImage',
  'isResizableImage',
  'getDimensions',
  'optimize',
  'generateThumbnail',
  'generateResponsiveFormats',
] as const;

/** Whether a project has replaced any of the image functions of the service. */
export const makesImages = (service: ImageManipulation): boolean =>
  OF_IMAGES.some((name) => !isOwn(service[name]));

/** Whether a project has replaced the function that names stored files. */
export const namesFiles = ({ generateFileName }: ImageManipulation): boolean =>
  !isOwn(generateFileName);
