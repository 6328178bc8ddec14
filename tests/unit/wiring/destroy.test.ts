import destroy from '../../../server/src/destroy';

it('ends what was begun, requests first', async () => {
  const ended: string[] = [];
  const part = (name: string) => ({
    close: async () => void ended.push(name),
    stop: async () => void ended.push(name),
  });
  const names = ['workload', 'caretaker', 'storage', 'sanitizer', 'variants', 'renderer'];
  const [workload, caretaker, storage, sanitizer, variants, renderer] = names.map(part);
  const parts = {
    journal: { workload },
    background: { caretaker },
    stored: { storage },
    access: { sanitizer },
    images: { variants, renderer },
  };
  const strapi = { has: () => true, get: () => parts };
  await destroy({ strapi } as unknown as Parameters<typeof destroy>[0]);
  expect(ended[0]).toBe('workload');
  expect([...ended].sort()).toEqual([...names].sort());
});

it('has nothing to end where the plugin could not be made', async () => {
  const strapi = { has: () => false, get: () => undefined } as unknown as Parameters<
    typeof destroy
  >[0]['strapi'];
  await expect(destroy({ strapi })).resolves.toBeUndefined();
});
