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

/** Rules for the files that a request may send. */
export interface InspectionRules extends TypePolicy {
  /** Maximum size of a file, in bytes. */
  sizeLimit: number;
  /** The daily limit of the sender; undefined if no limit applies. */
  allowance?: Allowance | undefined;
  /** How SVGs are handled, since they can contain scripts. `keep`: they are stored without a change. */
  svg: 'sanitize' | 'reject' | 'keep';
  sanitizer: SvgSanitizer;
  /** The project's own check of a staged file. Returns the reason for a refusal, or null. */
  scan?: ((file: StagedFile) => Promise<string | null>) | undefined;
  /** An additional check of name and type. Returns the refusal, or null. */
  refuse?: ((file: { name: string; mime: string }) => Refusal | null) | undefined;
}

/** A file whose name and type are known and whose bytes are still coming in. */
export interface InspectedFile {
  /** The cleaned name, for display. */
  name: string;
  /** Extension with its dot; empty if neither the name nor the type has an extension. */
  ext: string;
  mime: string;
  /** The bytes; can be read once. Throws {@link RefusedFile} when more than `sizeLimit` bytes come. */
  body: AsyncIterable<Buffer>;
}

/**
 * Decides name and type of a file by its first bytes. The size is checked while the rest is read.
 *
 * @param source the bytes; from here on the caller reads them only through `body` of the result
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
    throw new RefusedFile({
      file: fileName,
      code: 'EMPTY',
      message: `The file "${name}" is empty.`,
    });
  }
  const { file, evidence, isUnpacked } = await lookAt(sent, { fileName, contentType }, rules);
  const verdict = judgeType(evidence, rules);
  if (verdict.refusedFor) {
    await file.close();
    throw new RefusedFile({
      file: fileName,
      code: 'TYPE_NOT_ALLOWED',
      message: `The file "${name}" has a type that is not allowed here: "${verdict.refusedFor}".`,
    });
  }

  const { mime, claimed, proof } = verdict;
  if (evidence.text && isProcessed(claimed)) {
    await file.close();
    throw brokenImage({ name, mime: claimed });
  }
  if (isOtherMarkup(evidence) && rules.svg !== 'keep') {
    await file.close();
    throw unsafeSvg(name, 'its root element is not an "svg" element');
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

/** What the sender says about a file. */
interface Claims {
  fileName: string;
  contentType: string | undefined;
}

/** A file and the evidence for its type. For a gzipped SVG both describe the unpacked SVG. */
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

/** Whether a file has the name of an SVG but contains another kind of markup. */
const isOtherMarkup = ({ byName, text }: TypeEvidence): boolean =>
  byName === SVG && text !== undefined && [XML, ...PAGE_TYPES].includes(text);

const refusedSvg = (file: string, name: string): Refusal => ({
  file,
  code: 'UNSAFE_SVG',
  message: `The file "${name}" is an SVG. SVG files are not allowed here.`,
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
