import type { Allowance } from '../../access/allowance';
import { brokenImage, RefusedFile, unsafeSvg, type Refusal } from '../../errors';
import { isProcessed } from '../../images/header/probe';
import { GZIP, SVG } from '../../types/common-types';
import { gatherEvidence, type TypeEvidence } from '../../types/detect-type';
import { cleanName } from '../../types/file-name';
import type { SvgSanitizer } from '../../svg/sanitizer';
import { storedWord } from '../../types/type-names';
import { judgeType, type TypePolicy } from '../../types/type-policy';
import { wantedBytes } from '../../types/signatures/detect';
import { extensionOf, PAGE_TYPES, usualExtension } from '../../types/signatures/extensions';
import { XML } from '../../types/signatures/text-formats';
import { humanSize } from '../../util/units';
import { watched } from '../../util/watched';
import { peek, type Peeked } from './peek';
import { unpack, unpackedHead } from './packed-drawing';
import type { StagedFile } from '../stage/staged-file';

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
  const sent = await peek(source, wantedBytes);
  if (sent.head.length === 0) {
    throw new RefusedFile({ file: fileName, code: 'EMPTY', message: `"${name}" is empty.` });
  }
  const { file, evidence, isUnpacked } = await lookAt(sent, { fileName, contentType }, rules);
  const verdict = judgeType(evidence, rules);
  if (verdict.refusedFor) {
    await file.close();
    throw new RefusedFile({
      file: fileName,
      code: 'TYPE_NOT_ALLOWED',
      message: `"${name}" has a type that is not allowed here (${verdict.refusedFor}).`,
    });
  }

  const { mime, claimed, proof } = verdict;
  if (evidence.text && isProcessed(claimed)) {
    await file.close();
    throw brokenImage({ name, mime: claimed });
  }
  if (isOtherMarkup(evidence) && rules.svg !== 'keep') {
    await file.close();
    throw unsafeSvg(name, 'its root is another one');
  }
  const refusal =
    mime === SVG && rules.svg === 'reject'
      ? refusedSvg(fileName, name)
      : rules.refuse?.({ name, mime });
  if (refusal) {
    await file.close();
    throw new RefusedFile(refusal);
  }
  return {
    name,
    ext: isUnpacked ? usualExtension(mime) : extensionOf(name, mime, proof),
    mime: storedWord(mime, name),
    body: limitSize(file.body, rules.sizeLimit, fileName),
  };
}

/** What is said of a file, by its sender. */
interface Claims {
  fileName: string;
  contentType: string | undefined;
}

/** A file, and what is known of its type: of a packed SVG, the SVG. */
interface Looked {
  file: Peeked;
  evidence: TypeEvidence;
  isUnpacked: boolean;
}

async function lookAt(
  sent: Peeked,
  { fileName, contentType }: Claims,
  { sanitizer, sizeLimit }: InspectionRules
): Promise<Looked> {
  const name = cleanName(fileName);
  const evidenceOf = ({ head }: Pick<Peeked, 'head'>) =>
    gatherEvidence(head.subarray(0, wantedBytes(head)), name, contentType);
  const evidence = await evidenceOf(sent);
  const { detected, byName, declared } = evidence;
  if (detected !== GZIP || ![byName, declared].includes(SVG)) {
    return { file: sent, evidence, isUnpacked: false };
  }
  const inside = await evidenceOf({ head: await unpackedHead(sent.head) });
  if (inside.detected !== SVG) {
    return { file: sent, evidence, isUnpacked: false };
  }
  const body = unpack(limitSize(sent.body, sizeLimit, fileName), name, sanitizer.mostBytes);
  return { file: { ...sent, body }, evidence: { ...inside, alone: GZIP }, isUnpacked: true };
}

/** Markup of another kind that is named as an SVG. */
const isOtherMarkup = ({ byName, text }: TypeEvidence): boolean =>
  byName === SVG && text !== undefined && [XML, ...PAGE_TYPES].includes(text);

const refusedSvg = (file: string, name: string): Refusal => ({
  file,
  code: 'UNSAFE_SVG',
  message: `"${name}" is an SVG, which is not allowed here.`,
});

function limitSize(
  source: AsyncIterable<Buffer>,
  limit: number,
  file: string
): AsyncIterable<Buffer> {
  let size = 0;
  return watched(source, ({ length }) => {
    size += length;
    if (size > limit) {
      const message = `${file} exceeds size limit of ${humanSize(limit)}.`;
      throw new RefusedFile({ file, code: 'TOO_LARGE', message });
    }
  });
}
