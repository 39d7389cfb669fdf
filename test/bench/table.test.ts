import { describe, expect, it } from 'vitest';
import { toSummary } from '../../bench/summary.ts';
import { toMarkdown, toRows } from '../../bench/table.ts';
import { result, sample } from './samples.ts';

const rate = (requests: number, clientSeconds = 0.1) => sample({ requests, clientSeconds, p50: 1, p99: 2 });

describe('the table of a benchmark', () => {
  it('holds medians over the rounds', () => {
    const samples = [1, 9, 2].map((cpuSeconds) => sample({ cpuSeconds }));
    const [row] = toRows([result({ Alyx: samples, other: samples.slice(0, 2) })]);
    expect(row?.cells.map(({ cpuSeconds, samples: taken }) => [cpuSeconds, taken])).toEqual([
      [2, 3],
      [5, 2],
    ]);
  });

  const costs = [
    { measure: 'cpu', first: sample({ cpuSeconds: 2 }), second: sample({ cpuSeconds: 3 }), ratio: 1.5 },
    { measure: 'rate', first: rate(3_000), second: rate(1_000), ratio: 3 },
    { measure: 'time', first: sample({ seconds: 2 }), second: sample({ seconds: 1 }), ratio: 0.5 },
    { measure: 'memory', first: sample({ peakBytes: 50 }), second: sample({ peakBytes: 100 }), ratio: 2 },
  ] as const;
  it.each(costs)('tells how many times the cost of the first the others take, by $measure', (costs) => {
    const { measure, first, second, ratio } = costs;
    const [row] = toRows([result({ Alyx: [first], other: [second] }, { measure })]);
    expect(row?.cells.map((cell) => cell.ratio)).toEqual([1, ratio]);
  });

  it('compares nothing with a CPU time that is too short to be counted', () => {
    const [row] = toRows([
      result({ Alyx: [sample({ cpuSeconds: 0 })], other: [sample({ cpuSeconds: 0.05 })] }),
    ]);
    expect(row?.cells.map((cell) => cell.ratio)).toEqual([1, 5]);
  });

  it('leaves out who was not measured, and rows of nobody', () => {
    const rows = toRows([result({ Alyx: [], other: [] }), result({ Alyx: [], other: [sample({})] })]);
    expect(rows.map(({ cells }) => cells.map(({ server, ratio }) => [server, ratio]))).toEqual([
      [['other', 1]],
    ]);
  });

  it('says in full what each server did', () => {
    const rows = toRows([
      result({ Alyx: [sample({ cpuSeconds: 1.5, seconds: 2 })] }, { name: '1 GiB up', bytes: 2 ** 30 }),
      result({ Alyx: [rate(1_000)], nginx: [rate(12_345.6, 0.9)] }, { name: 'down', measure: 'rate' }),
    ]);
    expect(toMarkdown(rows).split('\n').slice(2)).toEqual([
      '| 1 GiB up | Alyx | 1.50 | – | 512 | 2.00 | – | 100 | 1.00 | 1 |',
      '| down | Alyx | 1.00 | 1,000 | – | 1.00 | 1.0 / 2.0 | 100 | 1.00 | 1 |',
      '| down | nginx | 1.00 | ≥ 12,346 | – | 1.00 | 1.0 / 2.0 | 100 | 0.08 | 1 |',
    ]);
  });

  it('has a column for each server in the README, and a table for each title', () => {
    const rows = toRows([
      result({ Alyx: [sample({ cpuSeconds: 2 })], nginx: [sample({ cpuSeconds: 1 })] }, { name: 'up' }),
      result({ Alyx: [rate(100)], nginx: [rate(400, 0.9)] }, { name: 'down', measure: 'rate' }),
      result(
        { Alyx: [sample({})], tus: [sample({ peakBytes: 2 ** 28 })] },
        { name: 'slow', measure: 'memory' },
      ),
      result({ durable: [rate(5)] }, { title: 'Durable', name: 'small', measure: 'rate' }),
    ]);
    expect(toSummary(rows).split('\n')).toEqual([
      '| Files | Alyx | nginx | tus |',
      '|---|---:|---:|---:|',
      '| up | 2.00 s CPU | **0.50** (1.00 s CPU) | – |',
      '| down | 100/s | **≤ 0.25** (≥ 400/s) | – |',
      '| slow | 100 MiB | – | **2.56** (256 MiB) |',
      '',
      '| Durable | durable |',
      '|---|---:|',
      '| small | 5.0/s |',
    ]);
  });
});
