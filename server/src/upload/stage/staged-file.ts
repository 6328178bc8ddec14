import type { Chargeable } from '../../access/allowance';
import type { StagedObject } from '../../storage/port';

/** A file whose bytes are staged and whose name and type are known. */
export interface StagedFile extends Chargeable {
  /** The cleaned name. */
  name: string;
  ext: string;
  mime: string;
  object: StagedObject;
}
