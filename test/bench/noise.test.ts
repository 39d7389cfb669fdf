import { describe, expect, it } from 'vitest';
import { judge } from '../../bench/noise.ts';

const QUIET = { steal: 0, total: 1_000 };
const probes = (...walls: number[]) => walls.map((wallMs) => ({ wallMs, cpuMs: wallMs }));

describe('a machine', () => {
  it('is quiet when the same work always takes the same', () => {
    expect(judge(probes(50, 52, 55), QUIET)).toBeNull();
    expect(judge([], QUIET)).toBeNull();
  });

  it('is noisy when the same work took much longer at times', () => {
    expect(judge(probes(50, 50, 80), QUIET)).toContain('up to 1.6 times as long');
  });

  it('is noisy when others had the CPU all the time, evenly', () => {
    expect(judge([{ wallMs: 150, cpuMs: 50 }], QUIET)).toContain('other programs wanted the CPU (3.0 times');
  });

  it('is noisy when the hypervisor gave the CPU away', () => {
    expect(judge(probes(50), { steal: 100, total: 1_000 })).toContain('10 % of the CPU');
  });
});
