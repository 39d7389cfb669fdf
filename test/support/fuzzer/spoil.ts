import type { SeededRandom } from '../seeded-random.ts';
import { hostileEscaped, hostileHeader, hostileJson, hostileText } from './hostile-values.ts';
import { LONGEST, type FuzzRequest } from './operations.ts';
import type { Draft } from './valid-requests.ts';
import type { World } from './world.ts';

/** Spoils one thing about a request, and leaves all else as it was: what comes then has passed every check before. */
export function spoil(draft: Draft, random: SeededRandom, world: World): void {
  const { places, query, headers, operation } = draft;
  const choices: (() => void)[] = [
    () => (draft.token = random.pick([null, world.stranger, hostileHeader(random)])),
    () => {
      const names = operation.parameters.filter(({ in: place }) => place === 'query').map(({ name }) => name);
      query[names.length === 0 ? 'x' : random.pick(names)] = hostileEscaped(random);
    },
    () => {
      const names = operation.parameters
        .filter(({ in: place }) => place === 'header')
        .map(({ name }) => name);
      const name = (names.length === 0 ? 'accept' : random.pick(names)).toLowerCase();
      if (random.chance(0.2)) Reflect.deleteProperty(headers, name);
      else headers[name] = hostileHeader(random);
    },
  ];
  const [place] = Object.keys(places);
  if (place !== undefined) {
    choices.push(() => (places[random.pick(Object.keys(places))] = hostileEscaped(random) || 'x'));
    choices.push(() => (places['id'] = world.anyId(random) ?? 'x'));
  }
  if (draft.body !== null) {
    const spoilBody = () => (draft.body = spoiltBody(draft.body, random));
    choices.push(spoilBody, spoilBody, spoilBody);
  }
  random.pick(choices)();
}

function spoiltBody(body: Draft['body'], random: SeededRandom): Draft['body'] {
  if (body === null || random.chance(0.05)) return null;
  if ('json' in body) return { json: spoiltJson(body.json, random) };
  const { type, bytes } = body;
  const cut = random.below(bytes.length + 1);
  return random.pick([
    { type: hostileHeader(random), bytes },
    { type, bytes: bytes.subarray(0, cut) },
    {
      type,
      bytes: Buffer.concat([bytes.subarray(0, cut), random.bytes(random.below(3000)), bytes.subarray(cut)]),
    },
    { type, bytes: Buffer.concat([bytes, bytes]) },
  ]);
}

function spoiltJson(value: unknown, random: SeededRandom): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.1)) return hostileJson(random);
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  const [name, inner] = (entries[at] ?? [hostileText(random), null]) as [string, unknown];
  if (random.chance(0.15)) return Object.fromEntries(entries.filter(([key]) => key !== name));
  return { ...value, [name]: spoiltJson(inner, random) };
}

/** As it goes over the wire. */
export function toRequest({ operation, places, query, headers, token, body }: Draft): FuzzRequest {
  let path = operation.template;
  for (const [name, value] of Object.entries(places)) path = path.replace(`{${name}}`, () => value);
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  const address = pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
  const bytes = body === null ? null : 'json' in body ? Buffer.from(JSON.stringify(body.json)) : body.bytes;
  const type = body === null ? {} : { 'content-type': 'json' in body ? 'application/json' : body.type };
  return {
    operation,
    method: operation.method.toUpperCase(),
    path: address.slice(0, LONGEST),
    headers: {
      ...headers,
      ...type,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(bytes === null ? {} : { 'content-length': String(bytes.length) }),
    },
    body: bytes,
  };
}
