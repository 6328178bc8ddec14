import { sendOnSubmit } from './demo/forms.js';
import { showGallery } from './demo/gallery.js';
import { showRestaurants } from './demo/restaurants.js';

const byId = (id) => document.getElementById(id);

const uploadForm = byId('upload-form');
const linkForm = byId('link-form');
const fileInfoForm = byId('file-info-form');
const fileInfoInputs = fileInfoForm.querySelectorAll('[data-file-info]');

const refresh = () =>
  Promise.all([showGallery({ onEdit: editFileInfo, onDeleted: refresh }), listRestaurants()]);

async function listRestaurants() {
  const restaurants = await showRestaurants({ onChoose: chooseEntry });
  if (linkForm.elements.refId.value === '' && restaurants.length > 0) {
    linkForm.elements.refId.value = restaurants[0].id;
  }
}

function chooseEntry(restaurant) {
  linkForm.elements.refId.value = restaurant.id;
  linkForm.elements.files.focus();
}

function editFileInfo(file) {
  byId('file-info-id').value = file.id;
  for (const input of fileInfoInputs) {
    input.value = file[input.dataset.fileInfo] ?? '';
  }
  fileInfoInputs[0].focus();
}

// `new FormData(form)` fires the event `formdata`. The handler adds the field `fileInfo` to the form data.
fileInfoForm.addEventListener('formdata', ({ formData }) => {
  const filled = [...fileInfoInputs].filter((input) => input.value !== '');
  const fileInfo = Object.fromEntries(filled.map((input) => [input.dataset.fileInfo, input.value]));
  formData.set('fileInfo', JSON.stringify(fileInfo));
});

sendOnSubmit(uploadForm, { address: () => '/api/upload', onSuccess: refresh });
sendOnSubmit(linkForm, { address: () => '/api/upload', onSuccess: refresh });
sendOnSubmit(fileInfoForm, {
  address: () => `/api/upload?${new URLSearchParams({ id: byId('file-info-id').value })}`,
  onSuccess: refresh,
});
refresh();
