import type { Core } from '@strapi/strapi';
import type { ImageManipulation } from '../images/overrides/manipulation';
import { makesImages, namesFiles } from '../images/overrides/overrides';
import type { ImageSettings, ImageOptions } from '../images/plan/sizes';
import { Admission, defaultMemoryBudget, threadsForImages } from '../images/render/admission';
import { ImageMaker } from '../images/render/image-maker';
import { Renderer } from '../images/render/renderer';
import type { SettingsParts } from './settings';

/** The parts that process images. */
export interface ImageParts {
  renderer: Renderer;
  imageMaker: ImageMaker;
  /** The project's image options. Read for each request, since they can change. */
  imageOptions(): Promise<ImageOptions>;
  /** The service `image-manipulation` if a project has replaced some of its functions; else null. */
  imageOverrides(): ImageManipulation | null;
  /** The `generateFileName` of a project, if it has one; else null. */
  ownFileNames(): ImageManipulation['generateFileName'] | null;
}

export function imageParts(
  strapi: Core.Strapi,
  { config, setting, atStart, store }: SettingsParts
): ImageParts {
  const memoryBudget = defaultMemoryBudget();
  const threads = threadsForImages(process.env);
  const renderer = new Renderer(threads);
  const service = (): ImageManipulation => strapi.plugin('upload').service('image-manipulation');
  return {
    renderer,
    imageMaker: new ImageMaker({
      renderer,
      admission: new Admission({
        memoryBudget: () => setting('images').memoryBudget ?? memoryBudget,
        maxWait: () => setting('images').maxWait,
        threads,
      }),
      maxPixels: () => setting('images').maxPixels,
      log: strapi.log,
    }),
    async imageOptions() {
      const settings = ((await store('settings').get({})) ?? {}) as Partial<ImageSettings>;
      const {
        sizeOptimization = false,
        responsiveDimensions = false,
        autoOrientation = false,
      } = settings;
      const { breakpoints, images } = config();
      return {
        settings: { sizeOptimization, responsiveDimensions, autoOrientation },
        breakpoints,
        images: { ...images, placeholder: atStart.images.placeholder },
      };
    },
    imageOverrides: () => (makesImages(service()) ? service() : null),
    ownFileNames: () => (namesFiles(service()) ? service().generateFileName : null),
  };
}
