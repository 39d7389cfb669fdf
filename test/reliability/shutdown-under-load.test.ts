import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusal, type Refusal } from '../support/files-api.ts';
import { SeededRandom, testSeed } from '../support/seeded-random.ts';
import { ServerProcess } from '../support/server-process.ts';
import { expectAcknowledged, expectSoundAtRest, expectTidy } from '../support/sweep/invariants.ts';
import { acknowledged } from '../support/sweep/kill-sweep.ts';
import { Ledger } from '../support/sweep/ledger.ts';
import { openProject } from '../support/sweep/project.ts';
import { sendTraffic } from '../support/sweep/traffic.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { LONG_TIMEOUT, report, TORTURE } from '../support/torture.ts';
import type { Requests } from '../support/tus.ts';

const ROUNDS = TORTURE ? 60 : 2;
const CLIENTS = 8;

let folder: TempFolder;
beforeEach(() => (folder = makeTempFolder()));
afterEach(() => folder.remove());

/** What a server says that is stopping is no answer; the client is told to come back, in the envelope. */
function givingUpWhenRefused(server: Requests, tell: (answer: Refusal) => void): Requests {
  return {
    async request(path, init) {
      const answer = await server.request(path, init);
      if (answer.status !== 503) return answer;
      expect(answer.headers.get('retry-after')).toBe('5');
      if (init?.method !== 'HEAD') {
        const told = await refusal(answer);
        expect(told.code).toBe('BACKEND_UNAVAILABLE');
        tell(told);
      }
      throw new Error('the server is stopping');
    },
  };
}

describe('a server that is stopped with SIGTERM while clients are at work', () => {
  it(
    'answers what it has begun, closes the database, and goes on after the restart with nothing lost',
    { timeout: LONG_TIMEOUT },
    async () => {
      const random = new SeededRandom(testSeed());
      const ledger = new Ledger();
      const refused: Refusal[] = [];
      let longest = 0;
      const project = openProject({ folder: folder.path, durable: false });
      const { schemaText: schema, configText: config, adminToken } = project;
      const buckets = [...project.schema.buckets.keys()];
      for (let round = 0; ; round += 1) {
        // Every other time there is no patience: what is under way is cut, and must be just as sound.
        const env = round % 2 === 1 ? { ALYX_SERVER_SHUTDOWN_TIMEOUT: '0s' } : {};
        const server = await ServerProcess.start({ folder: folder.path, schema, config, env });
        try {
          await expectTidy(server, project);
          await expectAcknowledged(server, ledger, buckets);
          if (round === ROUNDS) break;
          let stopping = false;
          const patient = givingUpWhenRefused(server, (answer) => {
            expect(stopping, 'refused before it was stopped').toBe(true);
            refused.push(answer);
          });
          const traffic = { server: patient, ledger, random, adminToken, buckets };
          const clients = Promise.all(Array.from({ length: CLIENTS }, () => sendTraffic(traffic)));
          clients.catch(() => undefined);
          await acknowledged(ledger, 20 + random.below(60), clients);
          stopping = true;
          const start = performance.now();
          expect(await server.stop()).toBe(0);
          longest = Math.max(longest, performance.now() - start);
          await clients;
        } finally {
          await server.kill();
        }
        expect(readdirSync(join(folder.path, 'data')).filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
        expectSoundAtRest(folder.path);
      }
      report(
        `${ROUNDS} times stopped in the middle of traffic, each within ${Math.round(longest)} ms: ` +
          `${ledger.acknowledged} acknowledged requests, all kept; ${refused.length} refused`,
      );
    },
  );
});
