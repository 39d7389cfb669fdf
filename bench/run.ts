// Runs every workload on every server that can do it, in turns, and tells medians and ratios. `--help` tells the options.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Budget } from './budget.ts';
import { closeClient } from './client/exchange.ts';
import { describeMachine } from './machine.ts';
import { FILES } from './names.ts';
import { Noise } from './noise.ts';
import { HELP, readOptions, type Options } from './options.ts';
import { toText, type Report } from './report.ts';
import type { Contender, Server } from './server.ts';
import { Stock } from './stock.ts';
import { suites, type Suite } from './suites.ts';
import { toSvg } from './svg.ts';
import { toRows, type Result } from './table.ts';
import { takeSample, type Sample, type Workload } from './workload.ts';

/** A server of this round, and what it holds. */
interface Guest {
  readonly name: string;
  readonly server: Server;
  readonly stock: Stock;
  readonly folder: string;
}

/** The samples of one workload, as they come in. */
interface Gathered extends Result {
  readonly samples: ReadonlyMap<string, Sample[]>;
}

class Run {
  readonly #options: Options;
  readonly #budget: Budget;
  readonly #noise = new Noise();
  readonly #suites: readonly Suite[];
  readonly #results = new Map<Workload, Gathered>();
  readonly #leftOut = new Set<string>();

  constructor(options: Options) {
    this.#options = options;
    this.#budget = new Budget(options.minutes);
    this.#suites = suites(options.scale)
      .map(({ title, contenders, workloads }) => ({
        title,
        contenders: contenders.filter(({ name }) => options.takesServer(name)),
        workloads: workloads.filter(({ name }) => options.takesWorkload(name)),
      }))
      .filter(({ contenders, workloads }) => contenders.length > 0 && workloads.length > 0);
    for (const { title, contenders, workloads } of this.#suites) {
      for (const workload of workloads) {
        const samples = new Map(contenders.map(({ name }) => [name, []]));
        this.#results.set(workload, { title, workload, samples });
      }
    }
  }

  async measure(): Promise<Report> {
    const { folder, rounds, isWhole } = this.#options;
    const machine = describeMachine(folder);
    for (let round = 0; round < rounds; round += 1) {
      for (const suite of this.#suites) {
        if (!this.#budget.hasTimeFor(suite)) continue;
        await this.#budget.spendOn(suite, () => this.#runSuite(suite, round));
      }
    }
    closeClient();
    return {
      date: new Date().toISOString(),
      machine,
      minutes: this.#budget.minutes,
      isWhole,
      noise: this.#noise.verdict(),
      leftOut: [...this.#leftOut, ...this.#unmeasured()],
      rows: toRows([...this.#results.values()]),
    };
  }

  async #runSuite({ contenders, workloads }: Suite, round: number): Promise<void> {
    const guests: Guest[] = [];
    try {
      for (const contender of contenders) {
        if (this.#budget.isSpent) return;
        const guest = await this.#invite(contender);
        if (guest !== null) guests.push(guest);
      }
      // Who goes first finds the disk idle: each gets its turn at that.
      if (round % 2 === 1) guests.reverse();
      for (const workload of workloads) {
        this.#noise.probe();
        for (const guest of guests) await this.#sample(workload, guest);
      }
    } finally {
      for (const { server, folder } of guests) {
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }

  async #invite({ name, missing, start }: Contender): Promise<Guest | null> {
    const reason = missing();
    if (reason !== null) {
      this.#leaveOut(`${name}: ${reason}`);
      return null;
    }
    const folder = mkdtempSync(join(this.#options.folder, 'alyx-bench-'));
    try {
      const server = await start(folder);
      return { name, server, stock: new Stock(server), folder };
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      this.#leaveOut(`${name}: it did not start: ${String(error)}`);
      return null;
    }
  }

  async #sample(workload: Workload, { name, stock }: Guest): Promise<void> {
    if (this.#budget.isSpent) return;
    try {
      const sample = await this.#budget.within(takeSample(workload, stock));
      if (sample === null) return;
      this.#results.get(workload)?.samples.get(name)?.push(sample);
      const { seconds, cpuSeconds } = sample;
      say(`${workload.name} · ${name}: ${seconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s`);
    } catch (error) {
      this.#leaveOut(`${workload.name} · ${name}: ${String(error)}`);
    }
  }

  #unmeasured(): string[] {
    if (!this.#budget.isSpent) return [];
    return [...this.#results.values()]
      .filter(({ samples }) => [...samples.values()].every((taken) => taken.length === 0))
      .map(({ workload }) => `${workload.name}: there was no time left`);
  }

  #leaveOut(reason: string): void {
    if (!this.#leftOut.has(reason)) say(`left out: ${reason}`);
    this.#leftOut.add(reason);
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function save(report: Report, out: string): void {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'latest.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(out, 'latest.md'), toText(report));
  writeFileSync(join(out, 'latest.svg'), toSvg(report.rows.filter(({ title }) => title === FILES)));
}

const options = readOptions(process.argv.slice(2));
if (options === null) process.stdout.write(HELP);
else {
  const report = await new Run(options).measure();
  save(report, options.out);
  process.stdout.write(`\n${toText(report)}\n`);
}
