import type { StrapiApp } from '@strapi/strapi/admin';
import { text } from '../translations';
import { SETTINGS } from './permissions';

type Link = Exclude<Parameters<StrapiApp['addSettingsLink']>[1], readonly unknown[] | unknown[]>;

/** Below "Media Library" in the global settings, and no path below that one's: both would be marked. */
export const imageSizesLink = {
  id: 'strapi-upload-image-sizes',
  to: 'media-library-sizes',
  intlLabel: text('sizes.title'),
  permissions: SETTINGS,
  Component: () => import('./page'),
} as Link;
