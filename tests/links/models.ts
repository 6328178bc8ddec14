/** Source files of an API that uses Strapi's default controller, service and routes. */
export const model = (
  name: string,
  kind: 'collectionType' | 'singleType',
  options: object,
  attributes: object
): Record<string, string> => {
  const folder = `src/api/${name}`;
  const factory = (what: string) =>
    `module.exports = require('@strapi/strapi').factories.create${what}('api::${name}.${name}');`;
  return {
    [`${folder}/content-types/${name}/schema.json`]: JSON.stringify({
      kind,
      collectionName: `${name}s`,
      info: { singularName: name, pluralName: `${name}s`, displayName: name },
      ...options,
      attributes,
    }),
    [`${folder}/controllers/${name}.js`]: factory('CoreController'),
    [`${folder}/services/${name}.js`]: factory('CoreService'),
    [`${folder}/routes/${name}.js`]: factory('CoreRouter'),
  };
};

const localized = { pluginOptions: { i18n: { localized: true } } };
const shared = { pluginOptions: { i18n: { localized: false } } };

/**
 * Models whose entries the tests link: `event` with draft and publish and two languages, the single type `about`, and a
 * component inside a component.
 */
export const MODELS: Record<string, string> = {
  ...model(
    'event',
    'collectionType',
    { options: { draftAndPublish: true }, ...localized },
    {
      title: { type: 'string', ...localized },
      poster: { type: 'media', multiple: false, ...localized },
      logo: { type: 'media', multiple: false, ...shared },
      photos: { type: 'media', multiple: true, allowedTypes: ['images', 'videos'], ...localized },
      seo: { type: 'component', component: 'page.seo', ...localized },
      slides: { type: 'component', component: 'media.slide', repeatable: true, ...localized },
      blocks: {
        type: 'dynamiczone',
        components: ['media.slide', 'media.gallery'],
        ...localized,
      },
    }
  ),
  ...model(
    'about',
    'singleType',
    { options: { draftAndPublish: false } },
    { title: { type: 'string' }, portrait: { type: 'media', multiple: false } }
  ),
  'src/components/page/seo.json': JSON.stringify({
    collectionName: 'components_page_seos',
    info: { displayName: 'Seo' },
    attributes: {
      title: { type: 'string' },
      image: { type: 'media', multiple: false },
      social: { type: 'component', component: 'media.slide', repeatable: false },
    },
  }),
};
