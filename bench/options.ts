import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FULL, QUICK, type Scale } from './suites.ts';

export const HELP = `usage: make bench BENCH_ARGS="[options]"
  --quick          small sizes and one round, about a minute: to try the benchmark, not the servers
  --only TEXT      workloads whose name holds one of these texts (separated by |)
  --servers TEXT   servers whose name is one of these (separated by |)
  --size MIB       the large file (1024)
  --rounds N       how often everything is measured, time permitting (3)
  --minutes N      what is not done by then is left out (8.5)
  --folder DIR     where the servers keep their data (the system's folder for temporary files)
  --out DIR        where latest.json, latest.md and latest.svg go (bench/results)
`;

export interface Options {
  readonly scale: Scale;
  readonly rounds: number;
  readonly minutes: number;
  readonly takesWorkload: (name: string) => boolean;
  readonly takesServer: (name: string) => boolean;
  /** Whether everything is measured, in full size. */
  readonly isWhole: boolean;
  readonly folder: string;
  readonly out: string;
}

/** Null when only help is wanted. Throws on what it does not know. */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      servers: { type: 'string' },
      size: { type: 'string' },
      rounds: { type: 'string' },
      minutes: { type: 'string', default: '8.5' },
      folder: { type: 'string', default: tmpdir() },
      out: { type: 'string', default: join(import.meta.dirname, 'results') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { quick, size, folder, out } = values;
  const scale = quick ? QUICK : FULL;
  const parts = values.only?.split('|');
  const names = values.servers?.split('|');
  return {
    scale: size === undefined ? scale : { ...scale, large: toNumber('size', size) * 2 ** 20 },
    rounds: values.rounds === undefined ? (quick ? 1 : 3) : toNumber('rounds', values.rounds),
    minutes: toNumber('minutes', values.minutes),
    takesWorkload: (name) => parts?.some((part) => name.includes(part)) ?? true,
    takesServer: (name) => names?.includes(name) ?? true,
    isWhole: !quick && size === undefined && parts === undefined && names === undefined,
    folder,
    out,
  };
}

function toNumber(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0, not "${text}"`);
  return value;
}
