import { AREAS } from './cases';
import { DIFFERENCES } from './differences';

const ALL = Object.values(AREAS).flat();
const NAMES = ALL.map(({ name }) => name);

/** Whether a path says that a success has become an error. */
const isRefusal = (path: string): boolean => /\.status 2\d\d→[45]\d\d$/.test(path);

describe('the cases', () => {
  it('send at least 250 requests', () => {
    expect(ALL.flatMap(({ steps }) => steps).length).toBeGreaterThan(250);
  });

  it('have names of their own', () => {
    expect(NAMES.filter((name, index) => NAMES.indexOf(name) !== index)).toEqual([]);
  });
});

describe('the list of differences', () => {
  it('names cases that exist', () => {
    const named = DIFFERENCES.flatMap(({ cases }) => cases);
    expect(named.filter((name) => !NAMES.includes(name))).toEqual([]);
  });

  it('gives each path of a case once', () => {
    const all = DIFFERENCES.flatMap(({ cases, paths }) =>
      cases.flatMap((name) => paths.map((path) => `${name}: ${path}`))
    );
    expect(all.filter((path, index) => all.indexOf(path) !== index)).toEqual([]);
  });

  it('tells how to get the built-in’s way back where a success became an error', () => {
    const silent = DIFFERENCES.filter(({ paths, restore }) => paths.some(isRefusal) && !restore);
    expect(silent).toEqual([]);
  });
});
