import { Readable } from 'node:stream';
import { errors } from '@strapi/utils';
import fc from 'fast-check';
import type { Attempt } from '../../../server/src/attempt/attempt';
import { SideWork } from '../../../server/src/attempt/side-work';
import type { InspectionRules } from '../../../server/src/upload/inspect/inspect';
import { receiveFiles } from '../../../server/src/upload/receive/receive-files';
import type { StagedObject } from '../../../server/src/storage/port';
import { fuzzRuns } from '../../support/fuzz-runs';
import { mutation, bodyOf, BOUNDARY, chunked, form, type Form } from '../../support/forms';

/** Number of bodies. All tests of this file use 2 000, in the full form more than 20 000, each in two or three ways. */
const SOUND = fuzzRuns(400, 4_000);
const BROKEN = fuzzRuns(1_600, 16_500);

const LIMITS = {
  fields: 20,
  fieldsSize: 2_000,
  files: 20,
  filesSize: 20_000,
  headerSize: 1_000,
  minimumRate: { bytesPerSecond: 500, after: 20 },
};
const RULES = { sizeLimit: 5_000, svg: 'keep' } as InspectionRules;

/** A fake attempt that stages in memory, and knows which objects were not taken back. */
class Memory implements Pick<Attempt, 'stage' | 'drop' | 'sideWork'> {
  readonly staged = new Map<StagedObject, Buffer>();
  readonly sideWork = new SideWork();

  async stage(body: AsyncIterable<Uint8Array>): Promise<StagedObject> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) {
      chunks.push(chunk);
    }
    const data = Buffer.concat(chunks);
    const object = { path: '', size: data.length, sha256: '' } as StagedObject;
    this.staged.set(object, data);
    return object;
  }

  async drop(object: StagedObject): Promise<void> {
    this.staged.delete(object);
  }
}

/** Result of a body: the received fields and files, or the name of the error. */
async function outcome(chunks: Buffer[]): Promise<unknown> {
  const memory = new Memory();
  const req = Object.assign(Readable.from(chunks, { objectMode: false }), {
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    socket: {},
  });
  const options = { limits: LIMITS, rules: RULES, batch: 'all' as const };
  try {
    const work = receiveFiles(req as never, options, memory as never as Attempt);
    const { fields, files } = await withinSeconds(5, work);
    const contents = [...memory.staged.values()].map(String);
    return {
      fields,
      files: files.map(({ originalFilename, mimetype }) => [originalFilename, mimetype]),
      contents,
    };
  } catch (error) {
    // Any other error would become a status 500.
    expect(error).toBeInstanceOf(errors.ApplicationError);
    return { refused: (error as Error).name };
  } finally {
    req.destroy();
  }
}

async function withinSeconds<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the receiver hangs')), seconds * 1000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Fields in the receiver's form. A name that came several times has a list. */
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
    // Enough bodies must be accepted, and enough refused.
    expect(outcomes.get('received')).toBeGreaterThan(BROKEN / 50);
    expect(outcomes.get('ValidationError')).toBeGreaterThan(BROKEN / 4);
  }, 600_000);
});
