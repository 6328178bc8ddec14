import { readFile, writeFile } from 'node:fs/promises';

/** Length in ms of a tick, the kernel's unit of processor time. */
const TICK = 10;

/** Functions that read Linux' figures of a process. */
export function figuresOf(pid) {
  const proc = (file) => readFile(`/proc/${pid}/${file}`, 'utf8');
  const bytes = async (name) =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(await proc('status'))[1]) * 1024;
  return {
    /** Returns the peak memory of the process, in bytes. */
    peak: () => bytes('VmHWM'),
    /** Returns the memory that the process uses now, in bytes. */
    resident: () => bytes('VmRSS'),
    /** Resets the peak memory: afterwards, `peak` returns the peak since this call. */
    resetPeak: () => writeFile(`/proc/${pid}/clear_refs`, '5'),
    /** Returns the processor time that all threads of the process have used so far, in ms. */
    cpu: async () => {
      // The fields before the last `) ` are skipped: the name of the process is among them and may have spaces and
      // brackets.
      const [user, system] = (await proc('stat')).split(') ').at(-1).split(' ').slice(11, 13);
      return (Number(user) + Number(system)) * TICK;
    },
    /** Returns the number of bytes that the process has written to the disk's file system so far. */
    written: async () => Number(/^write_bytes: (\d+)/m.exec(await proc('io'))[1]),
  };
}
