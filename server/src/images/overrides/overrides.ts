import { isOwn } from '../../util/own';
import type { ImageManipulation } from './manipulation';

/** What makes something of images, or judges them. */
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

/** Whether a project has put functions of its own for images into the service. */
export const makesImages = (service: ImageManipulation): boolean =>
  OF_IMAGES.some((name) => !isOwn(service[name]));

/** Whether a project has put its own function in that names stored files. */
export const namesFiles = ({ generateFileName }: ImageManipulation): boolean =>
  !isOwn(generateFileName);
