import { codeInFront } from '../../../server/src/http/forms/code-in-front';

const parser = () => {};
const own = () => {};
const [dispatch, allowedMethods, early] = [() => {}, () => {}, () => {}];

/**
 * A fake Strapi with Koa's list of middlewares in Strapi's order: a middleware that was added early, the middlewares of
 * the configuration, and the middlewares that were added later.
 */
const strapiWith = (configured: unknown[] | null, added: Array<() => void> = []) => {
  const entries = configured ?? [
    'strapi::query',
    'strapi::body',
    'strapi::favicon',
    'strapi::public',
  ];
  const handlers = entries.map((entry) => (entry === 'strapi::body' ? parser : () => {}));
  const middleware = [early, ...handlers, ...added, dispatch, allowedMethods];
  return { server: { app: { middleware } }, config: { get: () => configured } };
};
const names = (configured: unknown[] | null, added?: Array<() => void>): string[] =>
  codeInFront(strapiWith(configured, added) as never, parser);

const BEFORE = ['strapi::errors', 'global::before', 'strapi::body'];

describe('code between the body parser and the router', () => {
  it.each<[string, unknown[] | null]>([
    ['without a configuration', null],
    [
      'with Strapi’s own alone',
      [...BEFORE, 'strapi::session', { name: 'strapi::public', config: {} }],
    ],
    ['with nothing behind the parser', BEFORE],
  ])('there is none %s', (_what, configured) => {
    expect(names(configured)).toEqual([]);
  });

  it('is what the configuration names behind it, however that is written', () => {
    const behind = [
      'global::one',
      { name: 'plugin::some.two', config: {} },
      { resolve: './src/three' },
      own,
      'strapi::public',
    ];
    expect(names([...BEFORE, ...behind])).toEqual([
      'global::one',
      'plugin::some.two',
      './src/three',
      'a function in config/middlewares',
    ]);
  });

  it('is what was added to the server later, with and without a configuration', () => {
    expect(names(null, [own])).toEqual(['strapi.server.use(own)']);
    expect(names([...BEFORE, 'strapi::public'], [own, (() => () => {})()])).toEqual([
      'strapi.server.use(own)',
      'strapi.server.use(unnamed function)',
    ]);
  });
});
