/** Creates an element with the given properties, and text or elements as its content. */
export function element(tag, properties = {}, ...content) {
  const { dataset, ...rest } = properties;
  const created = Object.assign(document.createElement(tag), rest);
  Object.assign(created.dataset, dataset);
  created.append(...content);
  return created;
}

/** Creates a button that calls a function and submits no form. */
export function button(label, onClick) {
  const created = element('button', { type: 'button' }, label);
  created.addEventListener('click', onClick);
  return created;
}
