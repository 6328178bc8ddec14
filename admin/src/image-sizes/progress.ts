/** How a regeneration of sizes stands, as `GET /upload/regenerate` tells it. */
export interface Progress {
  state: 'running' | 'done' | 'stopped' | 'interrupted' | 'failed';
  dryRun: boolean;
  /** Pictures. */
  total: number;
  done: number;
  changed: number;
  failed: number;
  /** The first of the failed ones. */
  failures: Array<{ id: number; name: string; reason: string }>;
}
