/** State of a regeneration of sizes, as `GET /upload/regenerate` returns it. */
export interface Progress {
  state: 'running' | 'done' | 'stopped' | 'interrupted' | 'failed';
  dryRun: boolean;
  /** Number of pictures. */
  total: number;
  done: number;
  changed: number;
  failed: number;
  /** The first failures only. */
  failures: Array<{ id: number; name: string; reason: string }>;
}
