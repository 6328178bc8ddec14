import type { StrapiApp } from '@strapi/strapi/admin';
import { text } from '../translations';
import { SETTINGS } from './permissions';

type Link = Exclude<Parameters<StrapiApp['addSettingsLink']>[1], readonly unknown[] | unknown[]>;

/**
 * Link in the global settings, below "Media Library". Its path is not below the path of "Media Library", because
 * otherwise the admin panel would highlight both links.
 */
export const imageSizesLink = {
  id: 'strapi-upload-image-sizes',
  to: 'media-library-sizes',
  intlLabel: text('sizes.title'),
  permissions: SETTINGS,
  Component: () => import('./page'),
} as Link;
