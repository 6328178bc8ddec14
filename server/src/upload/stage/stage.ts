import { createReadStream } from 'node:fs';
import { RefusedFile } from '../../errors';
import { SVG } from '../../types/common-types';
import type { Attempt } from '../../attempt/attempt';
import { inspect, type InspectionRules } from '../inspect/inspect';
import type { DiskFile } from '../receive/received-file';
import { safeSvg } from './safe-svg';
import type { StagedFile } from './staged-file';

/** A file that comes in, from a request or from the disk. */
export interface IncomingFile {
  fileName: string;
  /** The type that the client declares. */
  contentType: string | undefined;
  body: AsyncIterable<Buffer>;
}

/**
 * Inspects a file and stages its bytes while they come in. An SVG is staged again after it was made safe. The
 * project's own check sees the original bytes.
 *
 * @throws RefusedFile when the type is not allowed, the file is too large or empty, or the check refuses the file;
 *   ScanFailed; DayLimitReached
 */
export async function stageFile(
  { body, ...claims }: IncomingFile,
  rules: InspectionRules,
  attempt: Attempt
): Promise<StagedFile> {
  const { allowance } = rules;
  const metered = allowance?.metered(body) ?? body;
  const { name, ext, mime, body: bytes } = await inspect(metered, claims, rules);
  const object = await attempt.stage(bytes);
  const reason = await rules.scan?.({ name, ext, mime, object });
  if (reason) {
    const message = `The file "${name}" was refused by the check of this project: ${reason}.`;
    throw new RefusedFile({ file: claims.fileName, code: 'SCAN_REFUSED', message });
  }
  const isUnsafe = mime === SVG && rules.svg === 'sanitize';
  const safe = isUnsafe ? await safeSvg({ name, object }, rules.sanitizer, attempt) : object;
  return { name, ext, mime, object: safe, charge: allowance?.keep(object.size) };
}

/**
 * Inspects and stages a file that another program or plugin has written to the local disk. The file on the disk stays
 * there.
 */
export async function stageDiskFile(
  { filepath, originalFilename, mimetype }: DiskFile,
  rules: InspectionRules,
  attempt: Attempt
): Promise<StagedFile> {
  const body = createReadStream(filepath);
  const fileName = originalFilename ?? 'unnamed';
  try {
    return await stageFile({ fileName, contentType: mimetype ?? undefined, body }, rules, attempt);
  } finally {
    body.destroy();
  }
}
