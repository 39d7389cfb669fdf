import { checkStorage } from '../../../src/operations/check-storage.ts';
import { openStorage } from '../../../src/operations/storage-access.ts';
import { collect } from '../collect.ts';
import type { FileJson } from '../files-api.ts';
import { SeededRandom } from '../seeded-random.ts';
import { ServerProcess } from '../server-process.ts';
import { startApp } from '../test-app.ts';
import { sha256, type Requests } from '../tus.ts';
import { expectAcknowledged, expectSoundAtRest, expectTidy, shownFiles } from './invariants.ts';
import { acknowledged } from './kill-sweep.ts';
import { Ledger } from './ledger.ts';
import type { PowerCutDisk } from './power-cut-disk.ts';
import { openProject, type Project } from './project.ts';
import { sendTraffic } from './traffic.ts';

const CLIENTS = 6;
/** What `alyx storage check` calls a file whose bytes are not what was uploaded. */
const FAULTS: ReadonlySet<string> = new Set(['bytes_missing', 'wrong_size', 'wrong_content']);

export interface PowerCutOptions {
  readonly disk: PowerCutDisk;
  readonly durable: boolean;
  readonly seed: number;
  readonly cuts: number;
}

export interface PowerCut {
  readonly name: string;
  /** What the clients had been told by then. */
  readonly ledger: Ledger;
}

/** Cuts the power while clients upload, delete and replace, so many times in the life of one server. */
export async function cutPower({ disk, durable, seed, cuts }: PowerCutOptions): Promise<PowerCut[]> {
  const folder = disk.path;
  const project = openProject({ folder, durable });
  const random = new SeededRandom(seed);
  const ledger = new Ledger();
  const server = await ServerProcess.start({
    folder,
    schema: project.schemaText,
    config: project.configText,
  });
  const stop = new AbortController();
  try {
    disk.flush();
    const buckets = [...project.schema.buckets.keys()];
    const { adminToken } = project;
    const clients = Promise.all(
      Array.from({ length: CLIENTS }, () =>
        sendTraffic({ server, ledger, random, adminToken, buckets }, stop.signal),
      ),
    );
    clients.catch(() => undefined);
    const made: PowerCut[] = [];
    while (made.length < cuts) {
      await acknowledged(ledger, 10 + random.below(20), clients);
      const cut = { name: `cut-${made.length}`, ledger: ledger.clone() };
      disk.cut(cut.name);
      made.push(cut);
    }
    stop.abort();
    await clients;
    return made;
  } finally {
    await server.kill();
  }
}

/** Starts a server on what a cut has left, in this process. */
export async function withSurvivor<T>(
  folder: string,
  durable: boolean,
  use: (server: Requests, project: Project) => Promise<T>,
): Promise<T> {
  const project = openProject({ folder, durable });
  const app = await startApp({ folder, schema: project.schemaText, config: project.configText });
  try {
    // Not app.request, which holds every answer against the API's document.
    return await use({ request: (path, init) => fetch(`${app.url}${path}`, init) }, project);
  } finally {
    await app.close();
  }
}

/** Holds what a cut has left against all that had been acknowledged; resolves to the number of downloads. */
export function expectSurvival(disk: PowerCutDisk, { name, ledger }: PowerCut): Promise<number> {
  return disk.after(name, async (folder) => {
    expectSoundAtRest(folder);
    return withSurvivor(folder, true, async (server, project) => {
      await expectTidy(server, project);
      return expectAcknowledged(server, ledger, [...project.schema.buckets.keys()]);
    });
  });
}

export interface Losses {
  readonly acknowledged: number;
  /** Acknowledged files that the server does not know any more. */
  readonly forgotten: number;
  /** Ids of files that it shows, but whose bytes are not there or not the right ones. */
  readonly damaged: readonly string[];
  /** Ids of files that `alyx storage check --deep` complains about. */
  readonly found: readonly string[];
}

/** Counts what a cut took although it was acknowledged. */
export function countLosses(disk: PowerCutDisk, { name, ledger }: PowerCut): Promise<Losses> {
  return disk.after(name, async (folder) => {
    expectSoundAtRest(folder);
    return withSurvivor(folder, false, async (server, project) => {
      const shown = await shownFiles(server, [...project.schema.buckets.keys()]);
      const damaged: string[] = [];
      for (const file of shown.values()) if (!(await isWhole(server, file))) damaged.push(file.id);
      const there = [...ledger.files].filter(([, { state }]) => state === 'there');
      const forgotten = there.filter(([id]) => !shown.has(id)).length;
      const found = await faultyFiles(project);
      return { acknowledged: there.length, forgotten, damaged: damaged.sort(), found };
    });
  });
}

async function isWhole(server: Requests, { id, bucket, checksum }: FileJson): Promise<boolean> {
  const answer = await server.request(`/api/files/${bucket}/${id}/download`);
  const bytes = await answer.arrayBuffer().catch(() => new ArrayBuffer(0));
  return answer.status === 200 && sha256(Buffer.from(bytes)) === checksum;
}

async function faultyFiles({ config, schema }: Project): Promise<string[]> {
  const storage = await openStorage(config, Date.now);
  try {
    const log = { warn: () => undefined };
    const problems = await collect(checkStorage(storage, { schema, repair: false, deep: true, log }));
    return problems
      .flatMap(({ kind, fileId }) => (FAULTS.has(kind) && fileId !== undefined ? [fileId] : []))
      .sort();
  } finally {
    await storage.close();
  }
}
