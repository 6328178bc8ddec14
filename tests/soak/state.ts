import { readdir, readFile } from 'node:fs/promises';
import { ledgerOf } from '../support/ledger';
import type { Server } from '../support/server';
import { stateOf } from '../support/state';

/** Resources that a server holds at one moment. */
export interface Held {
  /** Resident memory in bytes, after a garbage collection. */
  memory: number;
  /** Bytes of the main thread's objects and buffers, after a garbage collection. */
  heap: number;
  /** Number of open files, sockets and pipes. */
  descriptors: number;
  /** Number of threads of the operating system. */
  threads: number;
  /** Number of files below the uploads folder, both stored and unfinished. */
  files: number;
  /** Number of files in the folder for temporary files. */
  temporary: number;
  /** Number of timers that wait in the main thread. */
  timers: number;
  ledgerRows: number;
  fileRows: number;
}

/**
 * Names of the resources whose count must not be higher than before. Memory is not here: it is judged by its growth.
 */
export const COUNTS = [
  'descriptors',
  'threads',
  'files',
  'temporary',
  'timers',
  'ledgerRows',
  'fileRows',
] as const satisfies ReadonlyArray<keyof Held>;

/** Measures a server's resources. Works only on Linux. */
export async function heldBy(server: Server): Promise<Held> {
  const { timers, heap } = await server.inside(async () => {
    const v8 = process.getBuiltinModule('node:v8');
    const vm = process.getBuiltinModule('node:vm');
    v8.setFlagsFromString('--expose-gc');
    const collect = vm.runInNewContext('gc') as () => void;
    // Collect twice: the first collection runs finalizers, and the second collects the objects that the finalizers
    // release.
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

/** Number of files, sockets and pipes that a server has open. */
export const descriptorsOf = async ({ pid }: Server): Promise<number> =>
  (await readdir(`/proc/${pid}/fd`)).length;
