import type { Core } from '@strapi/strapi';
import type { ImageManipulation } from '../images/overrides/manipulation';
import { makesPictures, namesFiles } from '../images/overrides/overrides';
import type { ImageSettings, PictureWishes } from '../images/plan/sizes';
import { Admission, defaultMemoryBudget, threadsForPictures } from '../images/render/admission';
import { Pictures } from '../images/render/pictures';
import { Renderer } from '../images/render/renderer';
import type { SettingsParts } from './settings';

/** What makes pictures. */
export interface ImageParts {
  renderer: Renderer;
  pictures: Pictures;
  /** What the project wants to be made of pictures; read for each request, since it can change. */
  pictureWishes(): Promise<PictureWishes>;
  /** The service `image-manipulation` where a project has put functions of its own into it. */
  pictureOverrides(): ImageManipulation | null;
  /** A project's own function that names what is stored. */
  ownFileNames(): ImageManipulation['generateFileName'] | null;
}

export function imageParts(
  strapi: Core.Strapi,
  { config, setting, atStart, store }: SettingsParts
): ImageParts {
  const memoryBudget = defaultMemoryBudget();
  const threads = threadsForPictures(process.env);
  const renderer = new Renderer(threads);
  const service = (): ImageManipulation => strapi.plugin('upload').service('image-manipulation');
  return {
    renderer,
    pictures: new Pictures({
      renderer,
      admission: new Admission({
        memoryBudget: () => setting('images').memoryBudget ?? memoryBudget,
        maxWait: () => setting('images').maxWait,
        threads,
      }),
      maxPixels: () => setting('images').maxPixels,
      log: strapi.log,
    }),
    async pictureWishes() {
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
    pictureOverrides: () => (makesPictures(service()) ? service() : null),
    ownFileNames: () => (namesFiles(service()) ? service().generateFileName : null),
  };
}
