import { errorMessage, request } from './http.js';
import { showMessage } from './message.js';

/**
 * Sends the form with fetch when the user submits it, and shows the answer below the form: a message in
 * `#<name>-message`, and the full answer in `#<name>-result`. The form is `#<name>-form`.
 *
 * @param {HTMLFormElement} form
 * @param {{ address: () => string, onSuccess: () => void }} options
 */
export function sendOnSubmit(form, { address, onSuccess }) {
  const name = form.id.replace(/-form$/, '');
  const message = document.getElementById(`${name}-message`);
  const result = document.getElementById(`${name}-result`);
  const submit = form.querySelector('[type=submit]');

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    showMessage(message, 'Sending…');
    clearResult(result);

    const answer = await request(address(), { method: 'post', body: new FormData(form) });
    submit.disabled = false;
    showMessage(message, summary(answer), answer.ok ? 'good' : 'bad');
    showResult(result, answer);
    if (answer.ok) {
      forgetFiles(form);
      onSuccess();
    }
  });
}

function summary(answer) {
  if (!answer.ok) {
    return errorMessage(answer);
  }
  const names = [answer.body].flat().map((file) => file.name);
  return `${answer.status} ${answer.statusText}: ${names.join(', ')}`;
}

function clearResult(result) {
  result.hidden = true;
  result.textContent = '';
  delete result.dataset.status;
}

function showResult(result, { status, body }) {
  result.textContent = typeof body === 'string' ? body : JSON.stringify(body, null, 2);
  result.hidden = false;
  result.dataset.status = status;
}

/** Empties the file input, so that a second click does not send the same files again. */
function forgetFiles(form) {
  for (const input of form.querySelectorAll('input[type=file]')) {
    input.value = '';
  }
}
