import type { Allowance } from '../access/allowance';
import { brokenPicture, RefusedFile, type Refusal } from '../errors';
import { isProcessed } from '../images/probe';
import { gatherEvidence, HEAD_BYTES, SVG } from '../security/detect-type';
import { cleanName, extensionOf } from '../security/file-name';
import type { SvgSanitizer } from '../security/svg/sanitizer';
import { storedWord } from '../security/type-names';
import { judgeType, type TypePolicy } from '../security/type-policy';
import { humanSize } from '../units';
import type { StagedFile } from './upload';

/** What may come in. */
export interface InspectionRules extends TypePolicy {
  /** Most bytes of one file. */
  sizeLimit: number;
  /** What the sender may bring today; undefined where no limit applies. */
  allowance?: Allowance | undefined;
  /** What becomes of SVGs, which can hold scripts; `keep`: they are stored as they came. */
  svg: 'sanitize' | 'reject' | 'keep';
  sanitizer: SvgSanitizer;
  /** The project's own check of a staged file: why it is refused; null where it is not. */
  scan?: ((file: StagedFile) => Promise<string | null>) | undefined;
  /** Why a file of this name and type is refused beyond that; null where it is not. */
  refuse?: ((file: { name: string; mime: string }) => Refusal | null) | undefined;
}

/** A file whose name and type are known and whose bytes are still on their way. */
export interface InspectedFile {
  /** The cleaned name, as it is shown. */
  name: string;
  /** With its dot; empty where neither name nor type has one. */
  ext: string;
  mime: string;
  /** The bytes, once; throws {@link RefusedFile} when more than `sizeLimit` come. */
  body: AsyncIterable<Buffer>;
}

/**
 * Looks at the first bytes of a file and decides its name and type; the size is watched while the
 * rest is read.
 *
 * @param source the bytes; the caller reads them through the result from here on
 * @throws RefusedFile when the file is empty or its type is not allowed
 */
export async function inspect(
  source: AsyncIterable<Buffer>,
  { fileName, contentType }: { fileName: string; contentType: string | undefined },
  rules: InspectionRules
): Promise<InspectedFile> {
  const name = cleanName(fileName);
  const chunks = source[Symbol.asyncIterator]();
  const start: Buffer[] = [];
  for (let size = 0; size < HEAD_BYTES;) {
    const next = await chunks.next();
    if (next.done) {
      break;
    }
    start.push(next.value);
    size += next.value.length;
  }

  const head = Buffer.concat(start);
  if (head.length === 0) {
    throw new RefusedFile({ file: fileName, code: 'EMPTY', message: `"${name}" is empty.` });
  }
  const evidence = await gatherEvidence(head.subarray(0, HEAD_BYTES), name, contentType);
  const verdict = judgeType(evidence, rules);
  if (verdict.refusedFor) {
    await chunks.return?.();
    throw new RefusedFile({
      file: fileName,
      code: 'TYPE_NOT_ALLOWED',
      message: `"${name}" has a type that is not allowed here (${verdict.refusedFor}).`,
    });
  }

  const { mime, claimed, byBytes } = verdict;
  if (evidence.text && isProcessed(claimed)) {
    await chunks.return?.();
    throw brokenPicture({ name, mime: claimed });
  }
  const refusal =
    mime === SVG && rules.svg === 'reject'
      ? refusedSvg(fileName, name)
      : rules.refuse?.({ name, mime });
  if (refusal) {
    await chunks.return?.();
    throw new RefusedFile(refusal);
  }
  const body = limitSize(prepend(head, chunks), rules.sizeLimit, fileName);
  const ext = extensionOf(name, mime, byBytes);
  return { name, ext, mime: storedWord(mime, name), body };
}

const refusedSvg = (file: string, name: string): Refusal => ({
  file,
  code: 'UNSAFE_SVG',
  message: `"${name}" is an SVG, which is not allowed here.`,
});

async function* prepend(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) {
      yield head;
    }
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

async function* limitSize(
  source: AsyncIterable<Buffer>,
  limit: number,
  file: string
): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limit) {
      const message = `${file} exceeds size limit of ${humanSize(limit)}.`;
      throw new RefusedFile({ file, code: 'TOO_LARGE', message });
    }
    yield chunk;
  }
}
