import type { Caller } from '../access/caller';
import type { Attempt } from '../attempt/attempt';
import type { Workload } from '../attempt/workload';
import type { Settings } from '../config/settings';
import type { ReceiveOptions } from '../upload/receive/receive-files';
import type { Batch } from '../upload/refusals';
import { part } from '../util/part';

/** What forms are read with. */
export interface Receiving {
  /** One key of the configuration; where that is wrong now, what it was at the start. */
  setting: Settings['one'];
  /** What a request may hold: also the `formidable` options of the project's `strapi::body` count. */
  optionsFor(caller: Caller): Omit<ReceiveOptions, 'beforeFiles' | 'shape'>;
  /** What becomes of the other files of a request in which some are refused. */
  batch(): Batch;
  /** What one request puts into storage. */
  newAttempt(): Attempt;
  /** The requests that store or remove something now. */
  workload: Workload;
}

export const receiving = part<Receiving>('receiving');
