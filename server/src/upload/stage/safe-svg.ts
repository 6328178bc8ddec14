import { readFile } from 'node:fs/promises';
import { unsafeSvg } from '../../errors';
import { bytesOf } from '../../images/render/original';
import { UnsafeSvg, type SvgSanitizer } from '../../svg/sanitizer';
import type { StagedObject } from '../../storage/port';
import type { Attempt } from '../../attempt/attempt';
import type { StagedFile } from './staged-file';
import { stageInstead } from '../derive/stage-made';

/**
 * Stages an SVG without anything that could run or load something. The SVG is read from its staged object only when
 * its turn has come, so that waiting SVGs use no memory.
 *
 * @throws RefusedFile for an SVG that cannot be made safe
 */
export async function safeSvg(
  { name, object }: Pick<StagedFile, 'name' | 'object'>,
  sanitizer: SvgSanitizer,
  attempt: Attempt
): Promise<StagedObject> {
  try {
    const data = await sanitizer.sanitize(object.size, () => readFile(object.path));
    return await stageInstead(object, bytesOf({ data }), attempt);
  } catch (error) {
    await attempt.drop(object);
    throw error instanceof UnsafeSvg ? unsafeSvg(name, error.message) : error;
  }
}
