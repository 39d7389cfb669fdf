// Runs every workload on every server that can do it, in turns, and tells medians and ratios. `--help` tells the options.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Budget } from './budget.ts';
import { closeClient } from './client/exchange.ts';
import { describeMachine } from './machine.ts';
import { FILES } from './names.ts';
import { Noise } from './noise.ts';
import { HELP, readOptions, type Options } from './options.ts';
import { Remarks } from './remarks.ts';
import { toText, type Report } from './report.ts';
import type { Contender, Server } from './server.ts';
import { Stock } from './stock.ts';
import { suites, type Suite } from './suites.ts';
import { toSvg } from './svg.ts';
import { toRows, type Result } from './table.ts';
import { WorkFolders } from './work-folders.ts';
import { takeSample, type Sample, type Workload } from './workload.ts';

/** A server of this round, and what it holds. */
interface Guest {
  readonly contender: Contender;
  readonly server: Server;
  readonly stock: Stock;
  readonly folder: string;
}

/** Why there is no sample, and whether that is because the server is no more. */
interface Failure {
  readonly reason: string;
  readonly ended: boolean;
}

/** The samples of one workload, as they come in. */
interface Gathered extends Result {
  readonly samples: ReadonlyMap<string, Sample[]>;
}

class Run {
  readonly #options: Options;
  readonly #budget: Budget;
  readonly #noise = new Noise();
  readonly #folders: WorkFolders;
  readonly #suites: readonly Suite[];
  readonly #results = new Map<Workload, Gathered>();
  readonly #remarks = new Remarks(say);

  constructor(options: Options) {
    this.#options = options;
    this.#budget = new Budget(options.minutes);
    this.#folders = new WorkFolders(options.folder);
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
    mkdirSync(folder, { recursive: true });
    const machine = describeMachine(folder);
    try {
      for (let round = 0; round < rounds; round += 1) {
        for (const suite of this.#suites) {
          if (!this.#budget.hasTimeFor(suite)) continue;
          await this.#budget.spendOn(suite, () => this.#runSuite(suite, round));
        }
      }
    } finally {
      closeClient();
      this.#folders.removeAll();
    }
    return {
      date: new Date().toISOString(),
      machine,
      minutes: this.#budget.minutes,
      isWhole,
      noise: this.#noise.verdict(),
      remarks: [...this.#remarks.lines, ...this.#unmeasured()],
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
        for (const [seat, guest] of guests.entries()) guests[seat] = await this.#measure(workload, guest);
      }
    } finally {
      for (const guest of guests) await this.#dismiss(guest);
    }
  }

  async #invite(contender: Contender): Promise<Guest | null> {
    const { name, missing, start } = contender;
    const reason = missing();
    if (reason !== null) {
      this.#remarks.add(`Left out: ${name}`, reason);
      return null;
    }
    const folder = this.#folders.make();
    try {
      const server = await start(folder);
      return { contender, server, stock: new Stock(server), folder };
    } catch (error) {
      this.#remarks.add(`Left out: ${name}`, `it did not start: ${String(error)}`);
      return null;
    }
  }

  /** A server that ended by itself, now or after its last workload, is started again; resolves to who is there then. */
  async #measure(workload: Workload, guest: Guest): Promise<Guest> {
    const { name } = guest.contender;
    const failure = await this.#sample(workload, guest);
    if (failure === null) return guest;
    const next = failure.ended ? await this.#invite(guest.contender) : null;
    if (next === null) {
      this.#remarks.add(`Left out: ${workload.name} · ${name}`, failure.reason);
      return guest;
    }
    await this.#dismiss(guest);
    this.#remarks.add(
      `${name} ended by itself before or in "${workload.name}", so another was started`,
      failure.reason,
    );
    const again = await this.#sample(workload, next);
    if (again !== null) this.#remarks.add(`Left out: ${workload.name} · ${name}`, again.reason);
    return next;
  }

  async #sample(workload: Workload, { contender: { name }, server, stock }: Guest): Promise<Failure | null> {
    if (this.#budget.isSpent) return null;
    try {
      const sample = await this.#budget.within(takeSample(workload, stock));
      if (sample === null) return null;
      this.#results.get(workload)?.samples.get(name)?.push(sample);
      const { seconds, cpuSeconds } = sample;
      say(`${workload.name} · ${name}: ${seconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s`);
      return null;
    } catch (error) {
      const end = (await server.ended?.()) ?? null;
      return { reason: end ?? String(error), ended: end !== null };
    }
  }

  async #dismiss({ server, folder }: Guest): Promise<void> {
    await server.stop();
    this.#folders.dropLargeFiles(folder);
  }

  #unmeasured(): string[] {
    if (!this.#budget.isSpent) return [];
    return [...this.#results.values()]
      .filter(({ samples }) => [...samples.values()].every((taken) => taken.length === 0))
      .map(({ workload }) => `Left out: ${workload.name}: there was no time left`);
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
