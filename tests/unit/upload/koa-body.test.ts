import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import type { File } from 'formidable';
import type { ReceivedFile } from '../../../server/src/upload/receive/received-file';
import { bodyOf, BOUNDARY, chunked, form, mutation, type Form } from '../../support/forms';
import { fuzzRuns } from '../../support/fuzz-runs';
import { KoaBody, type Parsed } from '../../support/koa-body';
import { receive } from '../../support/receiver';

// For a project's own routes, koa-body with formidable parses a form. For the plugin's routes, the plugin's receiver
// parses it. Both must return the same result, except for the differences listed below.

const SOUND = fuzzRuns(100, 2_000);
const BROKEN = fuzzRuns(200, 4_000);

/** Limits so large that they refuse no form of this test file. */
const LIMITS = {
  fields: 1_000,
  fieldsSize: 1e6,
  files: 1_000,
  filesSize: 1e6,
  headerSize: 16_000,
  minimumRate: { bytesPerSecond: 1, after: 60_000 },
  sizeLimit: 1e6,
};

/** A difference between the two parsers for valid forms. */
interface Difference {
  what: string;
  reason: string;
  /**
   * Returns a changed form. The result of koa-body for this form equals the receiver's result for the original form.
   * Returns null if the receiver refuses the original form.
   */
  same(form: Form): Form | null;
  /** A part that shows the difference, and what both make of a form with this part alone. */
  example: { part: Part; ours: Parsed; theirs: Parsed };
}

type Part = Form['parts'][number];

/** A file of a form, sent as plain text. */
const textFile = (fileName: string, text: string): Part => ({
  name: 'files',
  fileName,
  type: 'text/plain',
  content: Buffer.from(text),
});

const isFile = ({ fileName }: Part) => fileName !== undefined;
const mapParts = (form: Form, change: (part: Part) => Part[]): Form => ({
  ...form,
  parts: form.parts.flatMap(change),
});

const DIFFERENCES: Difference[] = [
  {
    what: 'a file without Content-Type',
    reason:
      'It is a file: its filename says so (RFC 7578 section 4.2), and the type is optional (section 4.4). ' +
      'formidable makes a field of it, whose value is the content read as UTF-8.',
    same: (form) =>
      mapParts(form, (part) => [
        isFile(part) ? { ...part, type: part.type ?? 'application/octet-stream' } : part,
      ]),
    example: {
      part: { ...textFile('a.txt', 'x'), type: undefined },
      ours: { fields: {}, files: [['files', 'a.txt', 'x']] },
      theirs: { fields: { files: 'x' }, files: [] },
    },
  },
  {
    what: 'an empty file without a name',
    reason:
      'Browsers send it for an <input type="file"> in which nothing was chosen (HTML, "constructing the entry list"). ' +
      'It is left out; formidable makes an empty file of it.',
    same: (form) =>
      mapParts(form, (part) => (part.fileName === '' && part.content.length === 0 ? [] : [part])),
    example: {
      part: textFile('', ''),
      ours: { fields: {}, files: [] },
      theirs: { fields: {}, files: [['files', '', '']] },
    },
  },
  {
    what: 'an empty file with a name',
    reason:
      'It is refused with EMPTY, since a file without bytes is of no use. formidable stores it.',
    same: (form) =>
      form.parts.some(({ fileName, content }) => fileName && content.length === 0) ? null : form,
    example: {
      part: textFile('a.txt', ''),
      ours: { refused: 'ValidationError' },
      theirs: { fields: {}, files: [['files', 'a.txt', '']] },
    },
  },
];

/**
 * Whether the headers of each part are still complete, and their names valid UTF-8. Other bodies are not compared: the two
 * parsers treat a damaged Content-Disposition differently, a file without Content-Type is one of the {@link DIFFERENCES},
 * and of a name that is no UTF-8 the receiver makes Latin-1, but formidable writes U+FFFD.
 */
function hasWholeHeaders(body: Buffer): boolean {
  const text = body.toString('latin1');
  const named = text.match(/name=/g) ?? [];
  const fields = text.match(/\r\nContent-Disposition: form-data; name="[^"\r\n]*"\r\n\r\n/g) ?? [];
  const files =
    text.match(
      /\r\nContent-Disposition: form-data; name="[^"\r\n]*"; filename="[^"\r\n]*"\r\nContent-Type: [^\r\n]+\r\n\r\n/g
    ) ?? [];
  const names = [...fields, ...files].map((headers) => headers.split('Content-Type:')[0]!);
  return (
    named.length === fields.length + 2 * files.length &&
    names.every((name) => isUtf8(Buffer.from(name, 'latin1')))
  );
}

/**
 * Removes U+FFFD from fields. If a character is cut off at the end of a field, formidable leaves it out, but the
 * receiver writes U+FFFD.
 */
const withoutMarks = (parsed: Parsed): Parsed =>
  parsed.refused === undefined
    ? { ...parsed, fields: JSON.parse(JSON.stringify(parsed.fields).replaceAll('\ufffd', '')) }
    : parsed;

const koaBody = new KoaBody();
afterAll(() => koaBody.remove());

const theirs = (chunks: readonly Buffer[]) => koaBody.parse(chunks, BOUNDARY);

/** The receiver's result for a body, in the shape of {@link Parsed}. */
async function ours(chunks: readonly Buffer[]): Promise<Parsed> {
  const result = await receive(chunks, LIMITS);
  if (result.refused !== undefined) {
    return result;
  }
  const files = result.files.map(
    ({ fieldName, originalFilename, content }): Extract<Parsed, { files: unknown }>['files'][0] => [
      fieldName,
      originalFilename,
      content.toString('latin1'),
    ]
  );
  return { fields: result.fields, files: files.sort() };
}

/**
 * Valid forms without blanks after their boundaries. formidable never answers to a form with such blanks, so this
 * cannot be compared.
 */
const withoutPadding = form.map((sent): Form => ({ ...sent, padding: '' }));

describe('the receiver and koa-body with formidable', () => {
  it('make the same of each sound form, but for the listed differences', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(withoutPadding, chunked, async (sent, cut) => {
        const result = await ours(cut(bodyOf(sent)));
        let same: Form | null = sent;
        for (const difference of DIFFERENCES) {
          const next: Form | null = same && difference.same(same);
          if (next !== same && JSON.stringify(next) !== JSON.stringify(same)) {
            seen.add(difference.what);
          }
          same = next;
        }
        if (same === null) {
          expect(result).toEqual({ refused: 'ValidationError' });
        } else if (same.parts.length > 0) {
          expect(result).toEqual(await theirs([bodyOf(same)]));
        }
      }),
      { numRuns: SOUND }
    );
    // Each listed difference must occur in at least one of the forms.
    expect([...seen].sort()).toEqual(DIFFERENCES.map(({ what }) => what).sort());
  }, 300_000);

  it.each(DIFFERENCES)('differ for $what', async ({ example }) => {
    const body = [bodyOf({ parts: [example.part], preamble: '', epilogue: '', padding: '' })];
    expect(await ours(body)).toEqual(example.ours);
    expect(await theirs(body)).toEqual(example.theirs);
  });

  it('differ for a name whose character is cut by the border of a chunk, which formidable breaks', async () => {
    const parts = [{ name: 'é', fileName: undefined, type: undefined, content: Buffer.from('x') }];
    const body = bodyOf({ parts, preamble: '', epilogue: '', padding: '' });
    const at = body.indexOf('é') + 1;
    const cut = [body.subarray(0, at), body.subarray(at)];
    expect(await ours(cut)).toEqual({ fields: { é: 'x' }, files: [] });
    expect(await theirs(cut)).toEqual({ fields: { '\ufffd\ufffd': 'x' }, files: [] });
  });

  it('differ for blanks after a boundary (RFC 2046 section 5.1.1), for which formidable never answers', async () => {
    const parts = [
      { name: 'ref', fileName: undefined, type: undefined, content: Buffer.from('x') },
    ];
    const body = [bodyOf({ parts, preamble: '', epilogue: '', padding: ' ' })];
    expect(await ours(body)).toEqual({ fields: { ref: 'x' }, files: [] });
    const late = new Promise((resolve) => setTimeout(resolve, 500, 'no answer'));
    expect(await Promise.race([theirs(body), late])).toBe('no answer');
  });

  it('make the same of each broken form that the receiver takes', async () => {
    let taken = 0;
    const typed = withoutPadding.map((sent) =>
      mapParts(sent, (part) => {
        const content = part.content.length > 0 ? part.content : Buffer.from('x');
        return [isFile(part) ? { ...part, type: part.type ?? 'text/plain', content } : part];
      })
    );
    await fc.assert(
      fc.asyncProperty(typed, mutation, async (sent, mutate) => {
        const body = [mutate(bodyOf(sent))];
        const result = await ours(body);
        if (result.refused === undefined && hasWholeHeaders(body[0]!)) {
          taken += 1;
          expect(withoutMarks(result)).toEqual(withoutMarks(await theirs(body)));
        }
      }),
      { numRuns: BROKEN }
    );
    expect(taken).toBeGreaterThan(BROKEN / 10);
  }, 300_000);
});

// Project code may use a received file like a file of formidable. So `tsc` checks that a received file has the
// properties in formidable's types. `toJSON` is left out: its result has a `length` in these types, but not in
// formidable 2.1.
const asFormidables = (file: ReceivedFile): Omit<File, 'toJSON'> => file;
void asFormidables;
