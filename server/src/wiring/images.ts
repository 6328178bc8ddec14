import type { Core } from '@strapi/strapi';
import type { ImageManipulation } from '../images/overrides/manipulation';
import { makesImages, namesFiles } from '../images/overrides/overrides';
import type { ImageSettings, ImageOptions } from '../images/plan/sizes';
import { Admission, defaultMemoryBudget, threadsForImages } from '../images/render/admission';
import { ImageMaker } from '../images/render/image-maker';
import { Renderer } from '../images/render/renderer';
import type { SettingsParts } from './settings';

/** What makes images. */
export interface ImageParts {
  renderer: Renderer;
  imageMaker: ImageMaker;
  /** What the project wants to be made of images; read for each request, since it can change. */
  imageOptions(): Promise<ImageOptions>;
  /** The service `image-manipulation` where a project has put functions of its own into it. */
  imageOverrides(): ImageManipulation | null;
  /** A project's own function that names what is stored. */
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
