import { readFileSync, writeFileSync } from 'node:fs';

/** What a server's processes have used so far. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Linux counts CPU time in ticks of 1/100 s (USER_HZ), whatever the kernel was built with. */
const TICKS_PER_SECOND = 100;

/** CPU time and peak resident memory of a process and all its descendants, from /proc. */
export function usageOf(pid: number): Usage {
  const all = family(pid).map((one) => ({ cpuSeconds: cpuSeconds(one), peakBytes: peakBytes(one) }));
  return {
    cpuSeconds: all.reduce((sum, one) => sum + one.cpuSeconds, 0),
    peakBytes: all.reduce((sum, one) => sum + one.peakBytes, 0),
  };
}

/** Makes the peak start again from what is resident now; proc(5), clear_refs. */
export function resetPeak(pid: number): void {
  for (const one of family(pid)) writeFileSync(`/proc/${one}/clear_refs`, '5');
}

function family(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return [pid, ...children.flatMap((child) => family(Number(child)))];
}

function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field, the name, is in parentheses and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function peakBytes(pid: number): number {
  const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
