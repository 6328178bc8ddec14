import type { StrapiApp } from '@strapi/strapi/admin';
import { text } from '../translations';
import { SETTINGS } from './permissions';

type Link = Exclude<Parameters<StrapiApp['addSettingsLink']>[1], readonly unknown[] | unknown[]>;

/**
 * Link in the global settings, below "Media Library". Its path is not below that of "Media Library": otherwise both
 * links would be highlighted.
 */
export const imageSizesLink = {
  id: 'strapi-upload-image-sizes',
  to: 'media-library-sizes',
  intlLabel: text('sizes.title'),
  permissions: SETTINGS,
  Component: () => import('./page'),
} as Link;
