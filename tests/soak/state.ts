import { readdir, readFile } from 'node:fs/promises';
import { ledgerOf } from '../support/ledger';
import type { Server } from '../support/server';
import { stateOf } from '../support/state';

/** What a server holds at one moment. */
export interface Held {
  /** Resident memory in bytes, after the garbage of JavaScript was collected. */
  memory: number;
  /** Bytes of the main thread's objects and buffers, after the same. */
  heap: number;
  /** Open files, sockets and pipes. */
  descriptors: number;
  /** Threads of the operating system. */
  threads: number;
  /** Files below the uploads folder, of stored files and of half-done ones. */
  files: number;
  /** Files in the folder for temporary files. */
  temporary: number;
  /** Timers that wait in the main thread. */
  timers: number;
  ledgerRows: number;
  fileRows: number;
}

/** All that must be as it was before; memory is judged by its growth. */
export const COUNTS = [
  'descriptors',
  'threads',
  'files',
  'temporary',
  'timers',
  'ledgerRows',
  'fileRows',
] as const satisfies ReadonlyArray<keyof Held>;

/** Looks at a server on Linux. */
export async function heldBy(server: Server): Promise<Held> {
  const { timers, heap } = await server.inside(async () => {
    const v8 = process.getBuiltinModule('node:v8');
    const vm = process.getBuiltinModule('node:vm');
    v8.setFlagsFromString('--expose-gc');
    const collect = vm.runInNewContext('gc') as () => void;
    // Twice: the first collection runs finalizers, and what those let go is collected by the second.
    collect();
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    const { heapUsed, external } = process.memoryUsage();
    const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    return { timers, heap: heapUsed + external };
  });
  const { uploads, rows, temp } = await stateOf(server);
  const ledgerRows = (await ledgerOf(server)).length;
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
  const numberOf = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)![1]);
  return {
    timers,
    heap,
    ledgerRows,
    fileRows: rows.files!,
    memory: numberOf('VmRSS') * 1024,
    threads: numberOf('Threads'),
    descriptors: await descriptorsOf(server),
    files: uploads.length,
    temporary: temp.length,
  };
}

/** How many files, sockets and pipes a server has open. */
export const descriptorsOf = async ({ pid }: Server): Promise<number> =>
  (await readdir(`/proc/${pid}/fd`)).length;
