import { element } from './element.js';

/** The box at the top of a tile: a picture's thumbnail, or a word in its place. */
export function pictureBox(file, placeholder) {
  return element('div', { className: 'picture' }, isPicture(file) ? thumbnail(file) : placeholder);
}

function isPicture(file) {
  return Boolean(file?.mime?.startsWith('image/'));
}

function thumbnail(file) {
  // Small pictures have no thumbnail, and SVG has no formats at all.
  const src = file.formats?.thumbnail?.url ?? file.url;
  return element('img', { src, alt: file.alternativeText || file.name, loading: 'lazy' });
}
