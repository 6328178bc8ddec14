import { button, element } from './element.js';
import { errorMessage, request } from './http.js';
import { showMessage } from './message.js';
import { pictureBox } from './picture.js';

const NEWEST_FILES = '/api/upload/files/page?sort=createdAt:desc&pagination[pageSize]=24';

const list = document.getElementById('gallery');
const message = document.getElementById('gallery-message');

/**
 * Loads the newest files and shows them.
 *
 * @param {{ onEdit: (file: object) => void, onDeleted: () => void }} actions - functions that the buttons of a file
 *   call
 */
export async function showGallery(actions) {
  const answer = await request(NEWEST_FILES);
  if (!answer.ok) {
    showMessage(message, `The files cannot be listed. ${errorMessage(answer)}`, 'bad');
    return;
  }
  const { data, meta } = answer.body;
  list.replaceChildren(...data.map((file) => tile(file, actions)));
  showMessage(message, countText(data.length, meta.pagination.total));
}

function countText(shown, total) {
  if (total === 0) {
    return 'No file yet.';
  }
  return shown < total ? `The newest ${shown} of ${total} files.` : `Files: ${total}`;
}

function tile(file, { onEdit, onDeleted }) {
  return element(
    'li',
    { className: 'tile', dataset: { fileId: file.id } },
    pictureBox(file, file.ext || 'file'),
    element('a', { href: file.url }, file.name),
    element('span', { className: 'meta' }, `id ${file.id} · ${file.mime} · ${file.size} kB`),
    ...(file.caption ? [element('span', { className: 'caption' }, file.caption)] : []),
    element(
      'div',
      { className: 'buttons' },
      button('Edit info', () => onEdit(file)),
      button('Delete', () => remove(file, onDeleted))
    )
  );
}

async function remove(file, onDeleted) {
  const answer = await request(`/api/upload/files/${file.id}`, { method: 'delete' });
  if (answer.ok) {
    onDeleted();
  } else {
    showMessage(message, `${file.name} was not deleted. ${errorMessage(answer)}`, 'bad');
  }
}
