import type { Core } from '@strapi/strapi';
import { createManipulation, type ImageManipulation } from '../images/overrides/manipulation';
import { asOwn } from '../util/own';
import { containerOf } from '../wiring/container';

/**
 * What is made of images. The steps of an upload do the same faster and by themselves; where a
 * project has put a function of its own in here, they go through this service instead.
 */
export default ({ strapi }: { strapi: Core.Strapi }): ImageManipulation =>
  asOwn(createManipulation(() => containerOf(strapi).images));
