import extension from 'strapi-upload/extension';

export default extension;
