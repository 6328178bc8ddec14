import type { Soaked } from './soak';
import { COUNTS } from './state';

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

/**
 * Makes a table with a line for each kind of request: memory in MB at the start, after the warm-up and at the end, the
 * growth per request, and the counts.
 */
export function tableOf(kinds: readonly Soaked[]): string {
  const heads = [
    'kind',
    'requests',
    'start',
    'warm',
    'end',
    'kB a request',
    'of objects',
    ...COUNTS,
  ];
  const rows = kinds.map(({ name, requests, start, warm, end, growth }) => [
    name,
    String(requests),
    megabytes(start.memory),
    megabytes(warm.memory),
    megabytes(end.memory),
    (growth.memory / 1000).toFixed(1),
    (growth.heap / 1000).toFixed(1),
    ...COUNTS.map((count) => `${warm[count]} → ${end[count]}`),
  ]);
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
