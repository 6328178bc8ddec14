import { startServer } from '../support/server';

/** Variables of the first project of a process, such as those of its database, must not reach the next project. */
it('a process forgets the environment of its first project', async () => {
  const killed = await startServer();
  await killed.kill();
  await killed.stop();

  const first = await startServer({ env: { OF_THE_FIRST: 'yes' } });
  expect(await first.inside(() => process.env.OF_THE_FIRST ?? null)).toBe('yes');
  const { pid } = first;
  await first.stop();

  const second = await startServer();
  try {
    expect(second.pid).toBe(pid);
    expect(await second.inside(() => process.env.OF_THE_FIRST ?? null)).toBeNull();
  } finally {
    await second.stop();
  }
});
