/** State of a regeneration of sizes, as `GET /upload/regenerate` returns it. */
export interface Progress {
  state: 'running' | 'done' | 'stopped' | 'interrupted' | 'failed';
  dryRun: boolean;
  /** Number of all pictures that the regeneration must check. */
  total: number;
  done: number;
  changed: number;
  failed: number;
  /** The first of the pictures that failed. There may be more: `failed` counts all of them. */
  failures: Array<{ id: number; name: string; reason: string }>;
}
