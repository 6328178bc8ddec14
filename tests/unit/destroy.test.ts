import destroy from '../../server/src/destroy';

it('has nothing to end where the plugin could not be made', async () => {
  const strapi = { has: () => false, get: () => undefined } as unknown as Parameters<
    typeof destroy
  >[0]['strapi'];
  await expect(destroy({ strapi })).resolves.toBeUndefined();
});
