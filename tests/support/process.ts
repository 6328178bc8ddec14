import { readFile } from 'node:fs/promises';
import type { Server } from './server';

/**
 * Number of bytes that the server has passed to the system for writing. It is exact on Linux, and in whole blocks
 * elsewhere.
 */
export async function bytesWritten(server: Server): Promise<number> {
  const io = await readFile(`/proc/${server.pid}/io`, 'utf8').catch(() => '');
  const written = /^wchar: (\d+)/m.exec(io)?.[1];
  return written ? Number(written) : server.inside(() => process.resourceUsage().fsWrite * 512);
}

/**
 * Bytes that a server may write although it does not read a body of many megabytes: its log, and writes of timers such
 * as rows of its database.
 */
export const LITTLE = 1_000_000;

/**
 * The lowest free descriptor of a server. It rises with each open file, because POSIX assigns the lowest free number.
 */
export function lowestFreeDescriptor(server: Server): Promise<number> {
  return server.inside(() => {
    const fs = process.getBuiltinModule('node:fs');
    const descriptor = fs.openSync(process.execPath, 'r');
    fs.closeSync(descriptor);
    return descriptor;
  });
}
