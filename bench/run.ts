// Runs every workload on every server that can do it, in turn, and prints medians and ratios. `--help` tells the options.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { closeClient } from './client.ts';
import { alyx } from './contenders/alyx.ts';
import { bareNode } from './contenders/bare-node.ts';
import { nginx } from './contenders/nginx.ts';
import { pocketBase } from './contenders/pocketbase.ts';
import { tusServer } from './contenders/tus-server.ts';
import { Noise } from './noise.ts';
import type { Contender } from './server.ts';
import { toSvg } from './svg.ts';
import { toMarkdown, toRows } from './table.ts';
import { measure, type Sample, type Workload } from './workload.ts';
import { compressedFiles } from './workloads/compressed.ts';
import { largeFiles } from './workloads/large.ts';
import { slowUploads } from './workloads/slow.ts';
import { smallRequests } from './workloads/small.ts';

const HELP = `usage: node bench/run.ts [--rounds 2] [--size MIB] [--durable] [--only TEXT] [--servers TEXT] [--json FILE] [--svg FILE]
  --only     workloads whose name holds this text
  --servers  servers whose name holds this text
  --durable  fsync everything that is acknowledged; only Alyx and nobody else does
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '2' },
    size: { type: 'string', default: '1024' },
    only: { type: 'string', default: '' },
    servers: { type: 'string', default: '' },
    json: { type: 'string' },
    svg: { type: 'string' },
    durable: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const CONTENDERS: readonly Contender[] = [
  alyx({ name: 'Alyx', bucket: 'open' }),
  alyx({ name: 'Alyx, rules on auth and file', bucket: 'owned' }),
  bareNode,
  nginx,
  pocketBase,
  tusServer,
  alyx({ name: 'Alyx, gzip', bucket: 'gzip' }),
  alyx({ name: 'Alyx, zstd', bucket: 'zstd' }),
];
/** Only where they are named: elsewhere they would measure a codec and not the server. */
const CODECS = ['Alyx, gzip', 'Alyx, zstd'];

const WORKLOADS: readonly Workload[] = [
  ...largeFiles(Number(values.size) * 2 ** 20),
  ...smallRequests(),
  slowUploads,
  ...compressedFiles,
].filter(({ name }) => name.includes(values.only));

type Samples = Map<Workload, Map<string, Sample[]>>;

async function main(): Promise<void> {
  const noise = new Noise();
  const samples: Samples = new Map(WORKLOADS.map((workload) => [workload, new Map<string, Sample[]>()]));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const workload of WORKLOADS) {
      noise.probe();
      for (const contender of CONTENDERS) await sample(workload, contender, samples);
    }
  }
  closeClient();
  const rows = toRows(samples);
  const verdict = noise.verdict();
  process.stdout.write(`\n${toMarkdown(rows)}\n\n${verdict === null ? '' : `${verdict}\n`}`);
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ noise: verdict, rows }, null, 2)}\n`);
  if (values.svg !== undefined) writeFileSync(values.svg, toSvg(rows));
}

/** A server of its own on an empty folder for each sample: nothing is warm that is not warm for all. */
async function sample(workload: Workload, contender: Contender, samples: Samples): Promise<void> {
  const { name } = contender;
  const takesPart = workload.only?.includes(name) ?? !CODECS.includes(name);
  if (!takesPart || !name.includes(values.servers)) return;
  const missing = contender.missing();
  if (missing !== null) {
    process.stderr.write(`${name}: left out, ${missing}\n`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'alyx-bench-'));
  try {
    const server = await contender.start({ folder, durable: values.durable });
    try {
      const result = await measure(workload, server);
      if (result === null) return;
      const known = samples.get(workload);
      known?.set(name, [...(known.get(name) ?? []), result]);
      process.stderr.write(
        `${workload.name} · ${name}: ${result.seconds.toFixed(2)} s, CPU ${result.cpuSeconds.toFixed(2)} s\n`,
      );
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (values.help) process.stdout.write(HELP);
else await main();
