import type { Comparison } from './run';

const WIDTH = 300;

/** A readable text with the values of both servers at each of these paths. */
export function report(paths: readonly string[], { builtin, ours }: Comparison): string {
  return paths
    .map((path) => `${path}\n  built-in: ${show(builtin, path)}\n  ours:     ${show(ours, path)}`)
    .join('\n');
}

function show(outcome: Record<string, unknown>, path: string): string {
  const text = JSON.stringify(at(outcome, path.replace(/ .*/, '').split('.'))) ?? 'undefined';
  return text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text;
}

function at(value: unknown, [key, ...rest]: string[]): unknown {
  return key === undefined ? value : at((value as Record<string, unknown> | null)?.[key], rest);
}
