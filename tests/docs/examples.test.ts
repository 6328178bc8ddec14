import { OUTSIDE, TRIED } from './examples';
import { completedNames } from './examples/completed';
import { preparePlace, type Place } from './examples/place';
import { readBlocks } from './support/blocks';

const blocks = readBlocks();

describe('the examples of the documentation', () => {
  it('are all tried, or named with a reason why they cannot be', () => {
    const known = [...Object.keys(TRIED), ...Object.keys(OUTSIDE)];
    expect(blocks.map(({ name }) => name).sort()).toEqual(known.sort());
    expect(Object.values(OUTSIDE)).not.toContain('');
  });

  it('that are completed exist', () => {
    expect(blocks.map(({ name }) => name)).toEqual(expect.arrayContaining(completedNames));
  });

  describe('work', () => {
    let place: Place;
    beforeAll(async () => {
      place = await preparePlace(blocks);
    });
    afterEach(() => place?.restore());
    afterAll(() => place?.remove());

    it.each(Object.entries(TRIED))('%s', async (name, attempt) => {
      const block = blocks.find((found) => found.name === name);
      if (!block) {
        throw new Error(`No page has this block any more. Take it out of tests/docs/examples.`);
      }
      await attempt(block, place);
    });
  });
});
