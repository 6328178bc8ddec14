import { Places } from '../../../server/src/util/places';

/** Work that ends when the test says so. */
function work(log: string[], name: string) {
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const run = async () => {
    log.push(name);
    await ended;
  };
  return { run, end };
}

it('run the work in its order, at most some at a time', async () => {
  const places = new Places(2);
  const log: string[] = [];
  const all = ['a', 'b', 'c', 'd'].map((name) => work(log, name));
  const runs = all.map(({ run }) => places.run(run));
  expect([log, places.queued]).toEqual([['a', 'b'], 2]);
  all[1]!.end();
  await runs[1];
  expect([log, places.queued]).toEqual([['a', 'b', 'c'], 1]);
  all.forEach(({ end }) => end());
  await Promise.all(runs);
  expect(log).toEqual(['a', 'b', 'c', 'd']);
});

it('are not taken by work that is no longer wanted', async () => {
  const places = new Places(1);
  const log: string[] = [];
  const gone = new AbortController();
  const [first, second, third] = ['a', 'b', 'c'].map((name) => work(log, name));
  const runs = [
    places.run(first!.run),
    places.run(second!.run, gone.signal),
    places.run(third!.run),
  ];
  gone.abort(new Error('gone'));
  await expect(runs[1]).rejects.toThrow('gone');
  expect(places.queued).toBe(1);
  first!.end();
  third!.end();
  await Promise.all([runs[0], runs[2]]);
  expect(log).toEqual(['a', 'c']);
  await expect(places.run(first!.run, gone.signal)).rejects.toThrow('gone');
  await places.run(async () => void log.push('d'));
  expect(log).toEqual(['a', 'c', 'd']);
});
