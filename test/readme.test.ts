import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keysByVariable } from '../src/config/environment.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { configShape } from '../src/config/shape.ts';
import { OPERATIONS } from '../src/http/openapi/document.ts';
import { recordOperations } from '../src/http/openapi/record-operations.ts';
import { STATUS } from '../src/http/status.ts';
import { PROBLEM_CODES } from '../src/operations/problems.ts';
import { compileRules } from '../src/rules/rule-book.ts';
import { RULE_FUNCTIONS } from '../src/rules/functions.ts';
import { FIELD_TYPE_ROWS } from '../src/schema/field-types.ts';
import { loadSchema } from '../src/schema/load-schema.ts';
import { bucketShape, fieldShape } from '../src/schema/shape.ts';
import { contentOf } from '../src/lib/shape-walk.ts';
import { README, blocks, codes, section, tableRows } from './support/readme.ts';
import { runAlyx } from './support/run-alyx.ts';
import { makeTempFolder } from './support/temp-folder.ts';

const sorted = (names: Iterable<string>) => [...names].sort();

describe('the README says what the code does:', () => {
  it('error codes and their statuses', () => {
    const rows = tableRows(section('## Errors')).map(([code, status]) => [codes(code)[0], Number(status)]);
    expect(Object.fromEntries(rows)).toEqual(STATUS);
  });

  it('routes', () => {
    const none = { record: {}, list: {}, draft: {}, change: {} };
    const there = [...OPERATIONS, ...recordOperations(':collection', none)];
    const told = tableRows(section('## The API, a curl each')).flatMap(([cell]) => codes(cell));
    expect(sorted(told.filter((route) => route.includes(' /')))).toEqual(
      sorted(there.map(({ method, url }) => `${method.toUpperCase()} ${url}`)),
    );
  });

  it('problems that need a person', () => {
    const told = tableRows(section('### Administration')).flatMap(([cell]) => codes(cell));
    expect(told.filter((code) => /^[A-Z_]+$/.test(code))).toEqual([...PROBLEM_CODES]);
  });

  it('commands and their options', async () => {
    const folder = makeTempFolder();
    try {
      const { stdout } = await runAlyx(folder.path, 'help');
      const names = [...stdout.matchAll(/^ {2}alyx (\S+(?: \S+)*?) {2}/gm)].map((match) => match[1] ?? '');
      const usages = names.map(async (name) => {
        const help = await runAlyx(folder.path, ...name.split(' '), '--help');
        return /usage: (.*)/.exec(help.stdout)?.[1] ?? '';
      });
      const told = tableRows(section('## Commands')).flatMap(([cell]) => codes(cell));
      expect(sorted(told)).toEqual(sorted(await Promise.all(usages)));
    } finally {
      folder.remove();
    }
  });
});

describe('the README says how to configure:', () => {
  const rows = tableRows(section('## alyx.yml')).map(([key, standard]) => ({
    key: codes(key)[0] ?? '',
    standard: codes(standard)[0] ?? null,
  }));
  const load = (text: string | null) => loadConfig({ text, file: '/srv/alyx.yml', env: {} }).config;

  it('every key of alyx.yml', () => {
    const shape = configShape({ folder: '/', secretRequired: false });
    const keys = keysByVariable(shape, { storage: { backends: { NAME: {} } } });
    const values = [...keys.values()].flat().filter(({ kind }) => kind !== 'section');
    expect(sorted(rows.map(({ key }) => key))).toEqual(sorted(values.map(({ path }) => path.join('.'))));
  });

  it('the default of each', () => {
    const flow = rows
      .filter(({ key, standard }) => standard !== null && !key.includes('NAME'))
      .map(({ key, standard }) => {
        const path = key.split('.');
        return `${path.map((name) => `{ ${name}: `).join('')}${standard ?? ''}${' }'.repeat(path.length)}`;
      });
    for (const text of flow) expect({ text, config: load(text) }).toEqual({ text, config: load(null) });
  });

  it('of which those without a default are empty', () => {
    const valueAt = (key: string) =>
      key
        .split('.')
        .map((name) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()))
        .reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], load(null));
    const set = rows.filter(({ key, standard }) => standard === null && !key.includes('NAME'));
    expect(set.filter(({ key }) => valueAt(key) !== null)).toEqual([]);
  });

  it('every key of a bucket', () => {
    const told = tableRows(section('### Buckets')).flatMap(([cell]) => codes(cell));
    expect(sorted(told)).toEqual(sorted(Object.keys(bucketShape.shape)));
  });

  it('every type and key of a field', () => {
    const [types = [], keys = []] = section('### Fields')
      .split(/\n\n(?=\|)/)
      .slice(1)
      .map((table) => tableRows(table).flatMap(([cell]) => codes(cell)));
    const shape = contentOf(fieldShape);
    expect(sorted(types)).toEqual(sorted(Object.keys(FIELD_TYPE_ROWS)));
    expect(sorted(keys)).toEqual(sorted(shape.kind === 'keys' ? Object.keys(shape.keys) : []));
  });

  it('every function that rules may call', () => {
    const list = /^- Functions: `([^`]+)`/m.exec(section('## Rules'))?.[1] ?? '';
    expect(sorted(list.split(/\s+/))).toEqual(sorted(Object.keys(RULE_FUNCTIONS)));
  });
});

describe('every place that is named is there:', () => {
  const ROOT = resolve(import.meta.dirname, '..');
  const there = (text: string, pattern: RegExp, folder: string) =>
    [...text.matchAll(pattern)].map(([path]) => ({ path, exists: existsSync(resolve(ROOT, folder, path)) }));

  it('in the README', () => {
    const places = there(README, /\b(?:test|src|examples)\/[\w./-]*\w/g, '.');
    expect(places.filter(({ exists }) => !exists)).toEqual([]);
    expect(places.length).toBeGreaterThan(10);
  });

  it('in the README, by its heading', () => {
    const headings = [...README.matchAll(/^##+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    const wanted = [...README.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1]);
    expect(wanted.filter((anchor) => !headings.includes(anchor ?? ''))).toEqual([]);
  });

  it('on the map of the code, and every folder is on it', () => {
    const map = readFileSync(resolve(ROOT, 'src/README.md'), 'utf8');
    const places = there(map, /(?<=`)(?:http|files|uploads|records|rules|storage)\/[\w./-]*\.ts/g, 'src');
    expect(places.filter(({ exists }) => !exists)).toEqual([]);
    const folders = readdirSync(resolve(ROOT, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const told = [...map.matchAll(/^ {2}([\w-]+)\/ /gm)].map((match) => match[1] ?? '');
    expect(sorted(told)).toEqual(sorted(folders.map(({ name }) => name)));
  });
});

describe('every YAML example in the README loads:', () => {
  it.each(blocks('yaml').map((text) => ({ text, title: text.split('\n', 1)[0] ?? '' })))(
    '$title',
    ({ text, title }) => {
      if (title.startsWith('# alyx.yml')) {
        loadConfig({ text, file: 'alyx.yml', env: { S3_ACCESS_KEY: 'key', S3_SECRET_KEY: 'secret' } });
        return;
      }
      expect(title).toMatch(/^# schema\.yaml/);
      const whole = title.endsWith('a part') ? `version: 1\n${text}` : text;
      compileRules(loadSchema({ text: whole, file: 'schema.yaml' }));
    },
  );
});
