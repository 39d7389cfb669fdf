import { ALYX, ALYX_WITH_RULES, BARE_NODE, FILES, FSYNC_CHAIN, POCKETBASE, TUS_SERVER } from './names.ts';
import type { Cell, Row } from './table.ts';

/** Something that Alyx is to be, and where it is not; null when nothing was measured that tells. */
export interface Goal {
  readonly goal: string;
  readonly misses: readonly string[] | null;
}

const PEERS = [POCKETBASE, TUS_SERVER];

/** The goals of speed, held against what was measured. */
export function holdAgainstGoals(rows: readonly Row[]): Goal[] {
  const files = rows.filter(({ title }) => title === FILES);
  const large = files.filter(({ measure }) => measure === 'cpu');
  const small = files.filter(({ measure }) => measure === 'rate');
  return [
    ...PEERS.map((peer) => ({
      goal: `ahead of ${peer} on every row`,
      misses: misses(
        files,
        (row) => ratioOf(row, peer),
        (ratio) => ratio > 1,
      ),
    })),
    {
      goal: "large files at most 1.3 times bare Node's CPU",
      misses: misses(
        large,
        (row) => inverse(ratioOf(row, BARE_NODE)),
        (ratio) => ratio <= 1.3,
      ),
    },
    {
      goal: "small requests at least 0.6 of bare Node's rate, rules on",
      misses: misses(small, partOfBareRate, (part) => part >= 0.6),
    },
    {
      goal: "TUS in chunks at most half of @tus/server's CPU",
      misses: misses(
        large.filter(({ name }) => name.includes('TUS in 5 MiB')),
        (row) => ratioOf(row, TUS_SERVER),
        (ratio) => ratio >= 2,
      ),
    },
    {
      goal: 'durable small uploads at least 3 times the rate of fsyncs for each, where fsyncs cost that much',
      misses: misses(
        rows.filter((row) => row.measure === 'rate' && canSaveTwoThirds(row)),
        (row) => ratioOf(row, FSYNC_CHAIN),
        (ratio) => ratio >= 3,
      ),
    },
    {
      goal: 'peak memory under 200 MiB',
      misses: misses(rows, peakOfAlyx, (peak) => peak < 200),
    },
  ];
}

/** Rows that fail `isMet`, with their figures; rows that have none do not count. */
function misses(
  rows: readonly Row[],
  toFigure: (row: Row) => number | null,
  isMet: (figure: number) => boolean,
): string[] | null {
  const figures = rows.flatMap((row) => {
    const figure = toFigure(row);
    return figure === null ? [] : [{ name: row.name, figure }];
  });
  if (figures.length === 0) return null;
  return figures
    .filter(({ figure }) => !isMet(figure))
    .map(({ name, figure }) => `${name}: ${figure.toFixed(2)}`);
}

function cellOf({ cells }: Row, server: string): Cell | undefined {
  return cells.find((cell) => cell.server === server);
}

function ratioOf(row: Row, server: string): number | null {
  return cellOf(row, server)?.ratio ?? null;
}

function inverse(ratio: number | null): number | null {
  return ratio === null ? null : 1 / ratio;
}

function partOfBareRate(row: Row): number | null {
  const alyx = (cellOf(row, ALYX_WITH_RULES) ?? cellOf(row, ALYX))?.rate;
  const bare = cellOf(row, BARE_NODE)?.rate;
  return alyx == null || bare == null ? null : alyx / bare;
}

/** On a disk whose fsync costs next to nothing, a server that does without any is not three times as fast either. */
function canSaveTwoThirds(row: Row): boolean {
  const without = cellOf(row, BARE_NODE)?.rate;
  const chain = cellOf(row, FSYNC_CHAIN)?.rate;
  return without == null || chain == null || without >= 3 * chain;
}

function peakOfAlyx({ cells }: Row): number | null {
  const peaks = cells.filter(({ server }) => server.startsWith(ALYX)).map(({ peakMiB }) => peakMiB);
  return peaks.length === 0 ? null : Math.max(...peaks);
}

export function goalLine({ goal, misses: missed }: Goal): string {
  if (missed === null) return `- ${goal}: not measured`;
  return missed.length === 0 ? `- ${goal}: yes` : `- ${goal}: no (${missed.join('; ')})`;
}
