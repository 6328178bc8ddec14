import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Server } from '../support/server';
import { model } from './models';

const localized = { pluginOptions: { i18n: { localized: true } } };
const versions = { options: { draftAndPublish: true } };
const single = { type: 'media', multiple: false };
const along = { pluginOptions: { upload: { deleteWithEntry: true } } };
const alongLocalized = { pluginOptions: { ...localized.pluginOptions, ...along.pluginOptions } };

const component = (collectionName: string, attributes: object): string =>
  JSON.stringify({ collectionName, info: { displayName: collectionName }, attributes });

const USER = 'src/extensions/users-permissions/content-types/user/schema.json';

/** The schema of the playground's users, changed so that the file in `avatar` is deleted with the user. */
function users(): string {
  const file = path.join(__dirname, '../../playground', USER);
  const schema = JSON.parse(readFileSync(file, 'utf8'));
  Object.assign(schema.attributes.avatar, along);
  return JSON.stringify(schema);
}

/**
 * Models that use files in every way. `page` has versions, languages, components in components, and texts. The files of
 * `story`, `note`, `page.card` and users are deleted with the last entry that uses them.
 */
export const USAGE_MODELS: Record<string, string> = {
  [USER]: users(),
  ...model(
    'page',
    'collectionType',
    { ...versions, ...localized },
    {
      title: { type: 'string', ...localized },
      cover: { ...single, ...localized },
      photos: { type: 'media', multiple: true, ...localized },
      secret: { ...single, private: true, ...localized },
      card: { type: 'component', component: 'page.card', ...localized },
      slides: { type: 'component', component: 'media.slide', repeatable: true, ...localized },
      blocks: { type: 'dynamiczone', components: ['page.card', 'media.slide'], ...localized },
      body: { type: 'richtext', ...localized },
      content: { type: 'blocks', ...localized },
      summary: { type: 'text', ...localized },
      extra: { type: 'json', ...localized },
      attachment: { type: 'relation', relation: 'oneToOne', target: 'plugin::upload.file' },
    }
  ),
  ...model(
    'story',
    'collectionType',
    { ...versions, ...localized },
    { title: { type: 'string', ...localized }, cover: { ...single, ...alongLocalized } }
  ),
  ...model(
    'note',
    'collectionType',
    { options: { draftAndPublish: false } },
    {
      cover: { ...single, ...along },
      other: { ...single, ...along },
      kept: single,
      photos: { type: 'media', multiple: true, ...along },
      card: { type: 'component', component: 'page.card' },
      cards: { type: 'component', component: 'page.card', repeatable: true },
      blocks: { type: 'dynamiczone', components: ['page.card', 'media.slide'] },
    }
  ),
  'src/components/page/card.json': component('components_page_cards', {
    text: { type: 'richtext' },
    image: { ...single, ...along },
    badge: { type: 'component', component: 'page.badge', repeatable: false },
  }),
  'src/components/page/badge.json': component('components_page_badges', {
    icon: { ...single, ...along },
  }),
};

/** Actions of the document service that change entries. */
export type DocumentAction =
  'create' | 'update' | 'publish' | 'unpublish' | 'discardDraft' | 'delete' | 'clone';

/**
 * Calls the document service.
 *
 * @returns the documentId of the entry
 */
export const documents = (
  server: Server,
  name: string,
  action: DocumentAction,
  params: object
): Promise<string> =>
  server.inside(
    async (strapi, uid, action, params) => {
      const service = strapi.documents(uid as 'plugin::upload.file') as unknown as Record<
        string,
        (params: object) => Promise<{ documentId: string }>
      >;
      return (await service[action]!(params)).documentId;
    },
    `api::${name}.${name}`,
    action,
    params
  );
