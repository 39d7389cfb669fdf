import {
  cleanUpAmongOthers,
  download,
  makeRecord,
  remove,
  removeMany,
  removeRecord,
  replaceInRecord,
} from './changes.ts';
import { WrongAnswer, type Client, type Traffic } from './client.ts';
import { countOne } from './ledger.ts';
import { terminate, uploadForm, uploadInChunks, uploadLarge, uploadRaw } from './uploads.ts';

type Deed = (client: Client) => Promise<unknown>;

const DEEDS: readonly (readonly [weight: number, deed: Deed])[] = [
  [8, uploadForm],
  [8, uploadRaw],
  [1, uploadLarge],
  [12, uploadInChunks],
  [1, terminate],
  [6, remove],
  [2, removeMany],
  [6, makeRecord],
  [4, replaceInRecord],
  [4, removeRecord],
  [2, cleanUpAmongOthers],
  [4, download],
];
const CHOICES = DEEDS.flatMap(([weight, deed]) => Array.from({ length: weight }, () => deed));

/** Every check downloads all there is: more would make a long sweep slow and no better. */
const PLENTY = 150;

function nextDeed({ ledger, random }: Traffic): Deed {
  if (ledger.count('there') > PLENTY && random.chance(0.2)) return random.pick([removeMany, removeRecord]);
  return random.pick(CHOICES);
}

/** One client, who does one thing after the other until the server is gone. Rejects with WrongAnswer alone. */
export async function sendTraffic(traffic: Traffic, stopped?: AbortSignal): Promise<void> {
  const client: Client = { ...traffic, at: '' };
  while (stopped?.aborted !== true) {
    try {
      await nextDeed(client)(client);
    } catch (error) {
      if (error instanceof WrongAnswer) throw error;
      countOne(client.ledger.cutOff, client.at);
      return;
    }
  }
}
