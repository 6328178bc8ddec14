import type { Core } from '@strapi/strapi';
import { createManipulation, type ImageManipulation } from '../images/overrides/manipulation';
import { asOwn } from '../util/own';
import { containerOf } from '../wiring/container';

/**
 * The functions that process images. The steps of an upload do the same faster, without this service. If a
 * project has replaced one of these functions, the steps use this service.
 */
export default ({ strapi }: { strapi: Core.Strapi }): ImageManipulation =>
  asOwn(createManipulation(() => containerOf(strapi).images));
