/**
 * Shows one line to the user.
 *
 * @param {HTMLElement} element - the line, an element with the role `status`
 * @param {'good' | 'bad' | 'neutral'} outcome
 */
export function showMessage(element, text, outcome = 'neutral') {
  element.textContent = text;
  element.dataset.outcome = outcome;
}
