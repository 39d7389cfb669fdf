import { describe, expect, it } from 'vitest';
import { ANONYMOUS, allowsFile, allowsPost, USER } from './sample-rules.ts';

describe('an anonymous caller', () => {
  it.each([
    ['auth.id != null', false],
    ['auth.id == null', true],
    ['null == auth.id', true],
    ['!(auth.id != null)', true],
    ['has(auth.id)', false],
    ['auth["id"] != null', false],
    ['auth.role == "user"', false],
    ['auth.role != "admin"', false],
    ['!(auth.role == "admin")', false],
    ['auth.verified', false],
    ['!auth.verified', false],
    ['auth.metadata.team == "red"', false],
    ['auth.metadata.team != "red"', false],
    ['auth.id in ["u1", ""]', false],
    ['!(auth.id in ["u1"])', false],
    ['auth.id == "" || auth.id == "null" || auth.id == "undefined"', false],
    ['true || auth.id == "u1"', true],
    ['auth.id == "u1" || true', true],
    ['auth.id == "u1" || file.name == "cat.png"', true],
    ['auth.id != null ? false : true', true],
    ['auth.id == "u1" ? true : true', false],
  ] as const)('%s is %s', (rule, expected) => {
    expect(allowsFile(rule, ANONYMOUS)).toBe(expected);
  });
});

describe('what has no owner', () => {
  it.each([
    ['auth.id == file.owner_id', ANONYMOUS],
    ['auth.id == file.owner_id', USER],
    ['file.owner_id == auth.id', ANONYMOUS],
    ['auth.id != file.owner_id', ANONYMOUS],
    ['auth.id != file.owner_id', USER],
    ['!(auth.id == file.owner_id)', ANONYMOUS],
    ['[auth.id] == [file.owner_id]', ANONYMOUS],
    ['auth.id in [file.owner_id]', ANONYMOUS],
    ['auth.id in [file.owner_id]', USER],
    ['file.owner_id == ""', USER],
    ['file.owner_id != null', USER],
    ['has(file.owner_id)', USER],
  ] as const)('%s lets nobody in', (rule, actor) => {
    expect(allowsFile(rule, actor, { ownerId: null })).toBe(false);
  });

  it('can be asked for by name', () => {
    expect(allowsFile('file.owner_id == null', USER, { ownerId: null })).toBe(true);
    expect(allowsFile('file.owner_id == null', USER)).toBe(false);
  });

  it('is a record without an author as well', () => {
    expect(allowsPost('auth.id == doc.author_id', { author_id: null }, ANONYMOUS)).toBe(false);
    expect(allowsPost('auth.id == doc.author_id', { author_id: null })).toBe(false);
    expect(allowsPost('auth.id == doc.author_id', { author_id: 'u1' })).toBe(true);
    expect(allowsPost('doc.author_id == null', { author_id: null }, ANONYMOUS)).toBe(true);
  });
});

describe('JSON', () => {
  it.each([
    ['file.metadata.public', true],
    ['file.metadata.public == true', true],
    ['file.metadata.absent', false],
    ['!file.metadata.absent', false],
    ['file.metadata.absent == null', true],
    ['file.metadata.nothing == null', true],
    ['has(file.metadata.nothing)', false],
    ['file.metadata.nothing == file.metadata.absent', false],
    ['file.metadata.level == 3', true],
    ['file.metadata.level == 3.0', true],
    ['file.metadata.level > 2 && file.metadata.level < 3.5', true],
    ['file.metadata.level == "3"', false],
    ['file.metadata.level != "3"', true],
    ['"u2" in file.metadata.shared', true],
    ['auth.id in file.metadata.shared', false],
    ['file.metadata.shared[0] == "u2"', true],
    ['file.metadata.shared[7] == "u2"', false],
    ['file.metadata.shared.exists(id, id == "u3")', true],
    ['file.metadata.shared.all(id, id.startsWith("u"))', true],
    ['size(file.metadata.shared) == 2', true],
    ['file.metadata.level.deep.deeper == 1', false],
    ['file.metadata.level', false],
    ['file.metadata.shared', false],
  ] as const)('%s is %s', (rule, expected) => {
    expect(allowsFile(rule)).toBe(expected);
  });

  it.each([
    ['has(file.metadata.constructor)', {}, false],
    ['has(file.metadata.toString)', {}, false],
    ['"constructor" in file.metadata', {}, false],
    ['has(file.metadata["__proto__"])', {}, false],
    ['file.metadata["__proto__"] == null', {}, true],
    ['has(file.metadata.public.length)', { public: 'text' }, false],
    ['file.metadata.public.length == 4', { public: 'text' }, false],
    ['file.metadata.constructor == "x" && file.metadata.level == 3', undefined, true],
  ])('%s of %o looks at no prototype', (rule, metadata, expected) => {
    expect(allowsFile(rule, USER, metadata && { metadata })).toBe(expected);
  });
});

describe('a record', () => {
  const doc = {
    id: 'a',
    title: 'A',
    rank: 7,
    score: 1.5,
    published: true,
    published_at: '2026-11-24T09:00:00.000Z',
    day: '2026-11-24',
    data: { a: { b: [1, 'x', null] } },
    state: 'live',
    tags: ['red', 'blue'],
    gallery: ['f1'],
    counter: 3,
    'long-name': 'x',
  };
  it.each([
    'doc.rank == 7 && doc.rank + 1 == 8 && doc.rank / 2 == 3 && -doc.rank == -7',
    'doc.rank < 7.5 && doc.score > 1',
    'doc.score * 2.0 == 3.0',
    'doc.published',
    'doc.published_at < request.time && request.time - doc.published_at < duration("31m")',
    'doc.published_at + duration("1h") > timestamp("2026-11-24T09:59:59Z")',
    'doc.published_at.getFullYear() == 2026',
    'doc.day == "2026-11-24" && doc.day < "2027-01-01"',
    'doc.data.a.b[1] == "x" && doc.data.a.b[0] == 1',
    'doc.state in ["live"] && "red" in doc.tags && !("green" in doc.tags)',
    'doc.tags.exists(tag, tag == "blue") && size(doc.gallery) == 1',
    'doc.counter == 3',
    'doc["long-name"] == "x"',
    'doc.author_id == null',
    'doc.title.lowerAscii() == "a" && doc.title + "b" == "Ab"',
  ])('%s', (rule) => {
    expect(allowsPost(rule, doc)).toBe(true);
  });
});
