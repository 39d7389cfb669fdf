import { goalLine, holdAgainstGoals } from './goals.ts';
import type { Machine } from './machine.ts';
import { toSummary } from './summary.ts';
import { toMarkdown, type Row } from './table.ts';

/** A whole run, as bench/results/latest.json keeps it. */
export interface Report {
  readonly date: string;
  readonly machine: Machine;
  readonly minutes: number;
  readonly isWhole: boolean;
  /** Why the figures are not to be believed; null when the machine was quiet. */
  readonly noise: string | null;
  /** Contenders that did not take part or ended by themselves, and samples that failed, each with its reason. */
  readonly remarks: readonly string[];
  readonly rows: readonly Row[];
}

/** For a terminal and latest.md: every figure. */
export function toText({ rows, ...run }: Report): string {
  return `${toMarkdown(rows)}\n\n${notes(run).join('\n')}\n\n${holdAgainstGoals(rows).map(goalLine).join('\n')}\n`;
}

/** For the README: what is compared, and nothing else. */
export function toReadme({ rows, ...run }: Report): string {
  return `${notes(run).join('\n')}\n\n${toSummary(rows)}\n`;
}

function notes({ date, machine, minutes, isWhole, noise, remarks }: Omit<Report, 'rows'>): string[] {
  const { cpu, cores, memoryGiB, node, fsyncMs } = machine;
  const lines = [
    `${date.slice(0, 10)}, ${cores} × ${cpu}, ${memoryGiB} GiB, Node ${node}, an fsync takes ${fsyncMs.toFixed(1)} ms; ` +
      `${minutes.toFixed(1)} minutes${isWhole ? '' : ', not the whole benchmark'}.`,
    ...(noise === null ? [] : [`**${noise}**`]),
    ...remarks.map((one) => `${one}.`),
  ];
  return lines.map((line) => `- ${line}`);
}
