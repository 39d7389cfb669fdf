import { describe, expect, it } from 'vitest';
import { toSvg } from '../../bench/svg.ts';
import { toRows } from '../../bench/table.ts';
import { result, sample } from './samples.ts';

describe('the picture of a benchmark', () => {
  const cpu = (cpuSeconds: number) => [sample({ cpuSeconds })];
  const rows = toRows([
    result({ Alyx: cpu(1), slower: cpu(4), faster: cpu(0.5) }, { name: 'up & <away>' }),
    result({ Alyx: cpu(1), slower: cpu(2) }, { name: 'down' }),
  ]);
  const svg = toSvg(rows);
  /** How far right the dots of a server are, its sign in the legend first. */
  const placesOf = (server: string) =>
    [...svg.matchAll(/<circle cx="([\d.]+)"[^>]*><title>([^<]*)</g)]
      .filter(([, , title]) => title === server)
      .slice(1)
      .map(([, x]) => Number(x));

  it('has a line for each workload and a dot for each server in it', () => {
    expect(['Alyx', 'slower', 'faster'].map((server) => placesOf(server).length)).toEqual([2, 2, 1]);
    expect(svg).toContain('>down</text>');
  });

  it('puts what costs more further right, twice the cost always as far', () => {
    const [middle = 0] = placesOf('Alyx');
    const [four = 0, two = 0] = placesOf('slower');
    const [half = 0] = placesOf('faster');
    expect(placesOf('Alyx')).toEqual([middle, middle]);
    expect(four - middle).toBeCloseTo(2 * (two - middle), 0);
    expect(middle - half).toBeCloseTo(two - middle, 0);
  });

  it('takes any name', () => {
    expect(svg).toContain('up &amp; &lt;away&gt;');
  });

  it('is a picture without rows, too', () => {
    expect(toSvg([])).toMatch(/^<svg [^]*<\/svg>\n$/);
  });
});
