import { costOf, inTurn, middle, middleRatio, shown, variant } from './delivery-client.mjs';
import { makeImages, uploadCopy } from './delivery-files.mjs';
import { startOurs, variantOf } from './delivery-servers.mjs';

const COUNT = 50;
const KIND = '12 MP JPEG to 800 px WebP';

const times = (count, work) => Promise.all(Array.from({ length: count }, work));

/** Compares fifty identical cold requests at once with one cold request and 49 hits. */
export async function fifty(rounds) {
  await makeImages(['jpeg12']);
  const server = await startOurs();
  const fresh = async () => server.url + variantOf(KIND, await uploadCopy(server, 'jpeg12'));
  const cost = async (work) => {
    const url = await fresh();
    return costOf(server, () => work(() => variant(url)));
  };
  const results = await inTurn(
    {
      'fifty cold at once': () => cost((get) => times(COUNT, get)),
      'one cold, then 49 hits at once': () =>
        cost(async (get) => {
          await get();
          await times(COUNT - 1, get);
        }),
      'one cold': () => cost((get) => get()),
    },
    rounds
  );
  await server.stop();
  const { 'fifty cold at once': all, 'one cold, then 49 hits at once': apart } = results;
  return {
    title: `Fifty identical cold requests (${KIND}), medians of ${rounds}`,
    table: Object.fromEntries(
      Object.entries(results).map(([name, list]) => [
        name,
        {
          ms: shown(middle(list, 'ms')),
          'cpu, ms': shown(middle(list, 'cpu')),
          renders: middle(list, 'renders'),
          queries: middle(list, 'queries'),
        },
      ])
    ),
    promises: [
      { what: 'fifty, renders', value: Math.max(...all.map(({ renders }) => renders)), limit: 1 },
      { what: 'fifty, cpu', value: middleRatio(all, apart, 'cpu'), limit: 1.1 },
    ],
  };
}
