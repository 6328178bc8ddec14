import { element } from './element.js';

/**
 * Creates the box at the top of a file's tile. It shows the image's thumbnail, or `placeholder` if the file is no
 * image.
 */
export function pictureBox(file, placeholder) {
  return element('div', { className: 'picture' }, isPicture(file) ? thumbnail(file) : placeholder);
}

function isPicture(file) {
  return Boolean(file?.mime?.startsWith('image/'));
}

function thumbnail(file) {
  // Small images have no thumbnail, and SVGs have no formats at all.
  const src = file.formats?.thumbnail?.url ?? file.url;
  return element('img', { src, alt: file.alternativeText || file.name, loading: 'lazy' });
}
