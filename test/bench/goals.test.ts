import { describe, expect, it } from 'vitest';
import { goalLine, holdAgainstGoals } from '../../bench/goals.ts';
import { toRows } from '../../bench/table.ts';
import { result, sample } from './samples.ts';

const cpu = (cpuSeconds: number, peakMiB = 100) => [sample({ cpuSeconds, peakBytes: peakMiB * 2 ** 20 })];
const rate = (requests: number) => [sample({ requests })];
const linesFor = (...results: ReturnType<typeof result>[]) => holdAgainstGoals(toRows(results)).map(goalLine);

describe('the goals of speed', () => {
  it('are met where every row meets them', () => {
    expect(
      linesFor(
        result({ Alyx: cpu(2), 'bare Node': cpu(1.6), PocketBase: cpu(9) }, { name: '1 GiB up' }),
        result({ Alyx: cpu(2), '@tus/server': cpu(4) }, { name: '1 GiB up, TUS in 5 MiB chunks' }),
        result({ Alyx: rate(90), 'Alyx, rules': rate(60), 'bare Node': rate(100) }, { measure: 'rate' }),
        result(
          { 'Alyx, durable': rate(300), 'bare Node, fsyncs for each upload': rate(100) },
          { title: 'Durable', measure: 'rate' },
        ),
      ),
    ).toEqual([
      '- ahead of PocketBase on every row: yes',
      '- ahead of @tus/server on every row: yes',
      "- large files at most 1.3 times bare Node's CPU: yes",
      "- small requests at least 0.6 of bare Node's rate, rules on: yes",
      "- TUS in chunks at most half of @tus/server's CPU: yes",
      '- durable small uploads at least 3 times the rate of fsyncs for each, where fsyncs cost that much: yes',
      '- peak memory under 200 MiB: yes',
    ]);
  });

  it('are missed by the rows that miss them, with their figures', () => {
    const lines = linesFor(
      result({ Alyx: cpu(2, 250), 'bare Node': cpu(1), PocketBase: cpu(1.9) }, { name: '1 GiB up' }),
      result(
        { Alyx: rate(90), 'Alyx, rules': rate(50), 'bare Node': rate(100) },
        { name: 'ids', measure: 'rate' },
      ),
    );
    expect(lines).toEqual([
      '- ahead of PocketBase on every row: no (1 GiB up: 0.95)',
      '- ahead of @tus/server on every row: not measured',
      "- large files at most 1.3 times bare Node's CPU: no (1 GiB up: 2.00)",
      "- small requests at least 0.6 of bare Node's rate, rules on: no (ids: 0.50)",
      "- TUS in chunks at most half of @tus/server's CPU: not measured",
      '- durable small uploads at least 3 times the rate of fsyncs for each, where fsyncs cost that much: not measured',
      '- peak memory under 200 MiB: no (1 GiB up: 250.00)',
    ]);
  });

  it('are not asked of a disk on which nobody could meet them', () => {
    const durable = (withoutFsync: number) =>
      linesFor(
        result(
          {
            'Alyx, durable': rate(120),
            'bare Node': rate(withoutFsync),
            'bare Node, fsyncs for each upload': rate(100),
          },
          { title: 'Durable', name: 'small', measure: 'rate' },
        ),
      ).find((line) => line.includes('durable'));
    expect(durable(290)).toMatch(/: not measured$/);
    expect(durable(310)).toMatch(/: no \(small: 1.20\)$/);
  });
});
