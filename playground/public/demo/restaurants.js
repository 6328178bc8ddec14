import { button, element } from './element.js';
import { errorMessage, request } from './http.js';
import { showMessage } from './message.js';
import { pictureBox } from './picture.js';

const RESTAURANTS = '/api/restaurants?populate=*&sort=id&pagination[pageSize]=100';

const list = document.getElementById('restaurants');
const message = document.getElementById('restaurants-message');
const suggestions = document.getElementById('link-entries');

/**
 * Loads the published restaurants, shows them with their covers and suggests them as `refId`.
 *
 * @param {{ onChoose: (restaurant: object) => void }} actions - function that the button of a restaurant calls
 * @returns {Promise<object[]>} the restaurants
 */
export async function showRestaurants({ onChoose }) {
  const answer = await request(RESTAURANTS);
  if (!answer.ok) {
    showMessage(message, `The restaurants cannot be listed. ${errorMessage(answer)}`, 'bad');
    return [];
  }
  const restaurants = answer.body.data;
  list.replaceChildren(...restaurants.map((restaurant) => tile(restaurant, onChoose)));
  suggestions.replaceChildren(...restaurants.map(suggestion));
  showMessage(message, restaurants.length === 0 ? 'No published restaurant yet.' : '');
  return restaurants;
}

function tile(restaurant, onChoose) {
  const more = restaurant.covers?.length ?? 0;
  return element(
    'li',
    { className: 'tile', dataset: { restaurantId: restaurant.id } },
    pictureBox(restaurant.cover, restaurant.cover?.name ?? 'no cover'),
    element('strong', {}, restaurant.name),
    element('span', { className: 'meta' }, `id ${restaurant.id} · covers: ${more}`),
    element(
      'div',
      { className: 'buttons' },
      button('Link files', () => onChoose(restaurant))
    )
  );
}

function suggestion(restaurant) {
  return element('option', { value: restaurant.id }, restaurant.name);
}
