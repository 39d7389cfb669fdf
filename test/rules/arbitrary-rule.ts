import fc from 'fast-check';

/** Rules of any shape and of fitting types, as text, over the members of `posts` and a caller. */

type Text = fc.Arbitrary<string>;

const pick = (...choices: string[]): Text => fc.constantFrom(...choices);

/** What strings are made of: both sides of the surrogates, a NUL, LIKE's wildcards, upper and lower case. */
export const STRINGS = [
  '',
  'a',
  'A',
  'b',
  'ab',
  'aB%',
  '_',
  'é',
  '\uffff',
  '😀',
  'a\u0000b',
  'b\u0000',
  'u1',
  'red',
];
export const INTS = [0, 1, -1, 2, 3, 7, 1000, 9007199254740991, -9007199254740991];
export const DOUBLES = [0, 0.5, -1.5, 3, 1e16, 1e308, -1e308, 5e-324];
export const TIMES = ['2026-11-24T09:30:00.500Z', '2026-11-24T09:00:00.000Z', '1969-12-31T23:59:59.999Z'];

const stringLiteral = fc.constantFrom(...STRINGS).map((text) => JSON.stringify(text));
const intLiteral = fc.constantFrom(...INTS, 5, 10).map(String);
const doubleLiteral = fc.constantFrom('0.0', '0.5', '-1.5', '3.0', '1e16', '1e308', '2.0');

function choose(depth: number, leaves: Text[], branches: () => Text[]): Text {
  return depth <= 0 ? fc.oneof(...leaves) : fc.oneof(...leaves, ...branches(), ...branches());
}

/** Built once per depth: the parts of parts are many. */
function remembered(build: (depth: number) => Text): (depth: number) => Text {
  const known = new Map<number, Text>();
  return (depth) => {
    const text = known.get(depth) ?? build(depth);
    known.set(depth, text);
    return text;
  };
}

function joined(...parts: (string | Text)[]): Text {
  return fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((texts) => texts.join(''));
}

const stringText = remembered((depth) => {
  const leaves = [stringLiteral, pick('doc.title', 'doc.author_id', 'doc.state', 'auth.id', 'auth.role')];
  const inner = () => stringText(depth - 1);
  return choose(depth, leaves, () => [
    joined('(', inner(), ' + ', inner(), ')'),
    joined(inner(), '.lowerAscii()'),
    joined(inner(), '.upperAscii()'),
    joined('(', boolText(depth - 1), ' ? ', inner(), ' : ', inner(), ')'),
  ]);
});

const intText = remembered((depth) => {
  const leaves = [intLiteral, pick('doc.rank', 'doc.weight', 'doc.rank')];
  const inner = () => intText(depth - 1);
  return choose(depth, leaves, () => [
    joined('(', inner(), pick(' + ', ' - ', ' * ', ' / ', ' % '), inner(), ')'),
    joined('-', '(', inner(), ')'),
    joined('size(', stringText(depth - 1), ')'),
    joined('size(', pick('doc.tags', 'doc.gallery'), ')'),
    joined('(', boolText(depth - 1), ' ? ', inner(), ' : ', inner(), ')'),
  ]);
});

const doubleText = remembered((depth) => {
  const leaves = [doubleLiteral, pick('doc.score', 'doc.score')];
  const inner = () => doubleText(depth - 1);
  return choose(depth, leaves, () => [
    joined('(', inner(), pick(' + ', ' - ', ' * ', ' / '), inner(), ')'),
    joined('-', '(', inner(), ')'),
    joined('double(', intText(depth - 1), ')'),
  ]);
});

const timeText = remembered((depth) => {
  const leaves = [
    fc.constantFrom(...TIMES).map((time) => `timestamp("${time}")`),
    pick('doc.published_at', 'request.time', 'doc.published_at'),
  ];
  const duration = pick('duration("30m")', 'duration("1ms")', 'duration("-1h")', 'duration("1500us")');
  return choose(depth, leaves, () => [joined('(', timeText(depth - 1), pick(' + ', ' - '), duration, ')')]);
});

const comparison = remembered((depth) => {
  const operators = [' == ', ' != ', ' < ', ' <= ', ' > ', ' >= '];
  const op = pick(...operators);
  const two = (text: (depth: number) => Text) => joined('(', text(depth), op, text(depth), ')');
  return fc.oneof(
    two(stringText),
    two(intText),
    two(doubleText),
    two(timeText),
    joined('(', intText(depth), pick(' < ', ' <= ', ' > ', ' >= '), doubleText(depth), ')'),
    joined('(', doubleText(depth), pick(' < ', ' <= ', ' > ', ' >= '), intText(depth), ')'),
    joined('(', timeText(depth), ' - ', timeText(depth), op, 'duration("30m"))'),
    joined('(', boolText(depth - 1), pick(' == ', ' != '), boolText(depth - 1), ')'),
  );
});

const json = pick('doc.data', 'doc.data.a', 'doc.data.a.b', 'doc.data.list', 'doc.data["x-y"]');

function jsonCondition(): Text {
  const scalar = fc.oneof(stringLiteral, intLiteral, doubleLiteral, pick('true', 'false', 'auth.id'));
  return fc.oneof(
    joined('(', json, pick(' == ', ' != '), scalar, ')'),
    joined('(', scalar, pick(' == ', ' != '), json, ')'),
    joined('(', json, pick(' < ', ' >= '), fc.oneof(stringLiteral, intLiteral), ')'),
    joined('(', fc.oneof(stringLiteral, pick('auth.id', 'doc.title')), ' in ', json, ')'),
    joined('(', json, pick(' == ', ' != '), 'null)'),
    joined('has(', pick('doc.data.a', 'doc.data.a.b', 'doc.data.list'), ')'),
    joined('(', json, ' == true && ', json, ')'),
  );
}

const member = pick(
  'doc.author_id',
  'doc.rank',
  'doc.score',
  'doc.published',
  'doc.data',
  'doc.tags',
  'auth.id',
);

export const boolText = remembered((depth) => {
  const leaves = [
    pick('true', 'false', 'doc.published', 'doc.published == true', 'auth.verified'),
    joined('(', member, pick(' == ', ' != '), 'null)'),
    joined('has(', member, ')'),
  ];
  const inner = () => boolText(depth - 1);
  return choose(depth, leaves, () => [
    comparison(depth - 1),
    comparison(depth - 1),
    joined('(', inner(), pick(' && ', ' || '), inner(), ')'),
    joined('(', inner(), pick(' && ', ' || '), inner(), ')'),
    joined('!', '(', inner(), ')'),
    joined('(', inner(), ' ? ', inner(), ' : ', inner(), ')'),
    joined(
      stringText(depth - 1),
      pick('.startsWith(', '.endsWith(', '.contains('),
      stringText(depth - 1),
      ')',
    ),
    joined('(', stringText(depth - 1), ' in [', stringText(depth - 1), ', ', stringText(depth - 1), '])'),
    joined(
      '(',
      stringText(depth - 1),
      ' in ',
      pick('doc.tags', 'doc.gallery', 'auth.metadata.teams', '[]'),
      ')',
    ),
    joined('(', intText(depth - 1), ' in [', intText(depth - 1), ', ', intLiteral, '])'),
    jsonCondition(),
  ]);
});

const nullable = <Value>(values: readonly Value[]) => fc.option(fc.constantFrom(...values), { nil: null });

/** A record of `posts`, as far as rules look at it. */
export const arbitraryDoc = fc.record({
  title: fc.constantFrom(...STRINGS),
  author_id: nullable(['u1', 'u2', ...STRINGS]),
  rank: nullable(INTS),
  weight: nullable(INTS),
  score: nullable(DOUBLES),
  published: nullable([true, false]),
  published_at: nullable(TIMES),
  state: nullable(['draft', 'live']),
  tags: nullable<string[]>([[], ['red'], ['red', 'blue']]),
  gallery: nullable<string[]>([[], ['u1', 'a']]),
  data: nullable<unknown>([
    true,
    'a',
    3,
    [],
    ['a', 'u1', 1],
    {},
    { a: null },
    { a: 'a\u0000b' },
    { a: 1, list: ['a', 'b\u0000', null, 1, true] },
    { a: { b: true }, list: { a: 1, u1: null } },
    { a: { b: 'ab' }, 'x-y': 1.5, list: 'ab' },
    { a: [{ b: 1 }], 'x-y': false },
    { constructor: 1, a: { constructor: 'x', b: 0 } },
  ]),
});
