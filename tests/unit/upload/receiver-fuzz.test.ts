import fc from 'fast-check';
import { fuzzRuns } from '../../support/fuzz-runs';
import { mutation, bodyOf, chunked, form, type Form } from '../../support/forms';
import { receive } from '../../support/receiver';

/**
 * Number of bodies. All tests of this file together use 2 000 bodies, and in the full form more than 20 000. Each body
 * is received in two or three ways.
 */
const SOUND = fuzzRuns(400, 4_000);
const BROKEN = fuzzRuns(1_600, 16_500);

const LIMITS = {
  fields: 20,
  fieldsSize: 2_000,
  files: 20,
  filesSize: 20_000,
  headerSize: 1_000,
  minimumRate: { bytesPerSecond: 500, after: 20 },
  sizeLimit: 5_000,
};

/** Result of receiving a body: the received fields and files, or the name of the error. */
async function outcome(chunks: Buffer[]): Promise<unknown> {
  const result = await receive(chunks, LIMITS);
  if (result.refused !== undefined) {
    return result;
  }
  const { fields, files } = result;
  return {
    fields,
    files: files.map(({ originalFilename, mimetype }) => [originalFilename, mimetype]),
    contents: files.map(({ content }) => String(content)),
  };
}

/** The fields of a form, as the receiver returns them. If a name occurs several times, its value is a list. */
function fieldsOf({ parts }: Form): Record<string, string | string[]> {
  const all = new Map<string, string[]>();
  for (const { name, fileName, content } of parts) {
    if (fileName === undefined) {
      all.set(name, [...(all.get(name) ?? []), content.toString('utf8')]);
    }
  }
  return Object.fromEntries(
    [...all].map(([name, list]) => [name, list.length > 1 ? list : list[0]!])
  );
}

describe('the receiver', () => {
  it('receives each sound form as it was sent, however it is cut into chunks', async () => {
    let received = 0;
    await fc.assert(
      fc.asyncProperty(form, chunked, chunked, async (sent, cut, cutOtherwise) => {
        const body = bodyOf(sent);
        const result = await outcome(cut(body));
        expect(await outcome(cutOtherwise(body))).toEqual(result);
        const files = sent.parts.filter(({ fileName }) => fileName !== undefined);
        const isFine = files.every(
          ({ content, fileName }) => content.length > 0 || fileName === ''
        );
        if (isFine) {
          received += 1;
          const kept = files.filter(({ content }) => content.length > 0);
          expect(result).toMatchObject({
            fields: fieldsOf(sent),
            contents: kept.map(({ content }) => String(content)),
          });
        } else {
          expect(result).toEqual({ refused: 'ValidationError' });
        }
      }),
      { numRuns: SOUND }
    );
    expect(received).toBeGreaterThan(SOUND / 4);
  }, 300_000);

  it('takes or refuses each broken form, in the same way however it is cut', async () => {
    const outcomes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(form, mutation, chunked, async (sent, mutate, cut) => {
        const body = mutate(bodyOf(sent));
        const result = await outcome(cut(body));
        expect(await outcome([body])).toEqual(result);
        const { refused = 'received' } = result as { refused?: string };
        outcomes.set(refused, (outcomes.get(refused) ?? 0) + 1);
      }),
      { numRuns: BROKEN }
    );
    // Enough bodies must be accepted, and enough bodies must be refused.
    expect(outcomes.get('received')).toBeGreaterThan(BROKEN / 50);
    expect(outcomes.get('ValidationError')).toBeGreaterThan(BROKEN / 4);
  }, 600_000);
});
