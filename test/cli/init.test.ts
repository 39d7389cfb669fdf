import { readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { check } from '../../src/cli/check.ts';
import { init } from '../../src/cli/init.ts';
import { STARTER_CONFIG, STARTER_SCHEMA } from '../../src/cli/starter-files.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

let folder: string;
beforeEach(() => {
  const temp = makeTempFolder();
  folder = temp.path;
  return temp.remove;
});

const read = (path: string) => readFileSync(path, 'utf8');

describe('alyx init', () => {
  it('writes two files that pass alyx check', () => {
    const target = join(folder, 'new', 'project');
    const [config, schema] = [join(target, 'alyx.yml'), join(target, 'schema.yaml')];
    expect(init(target)).toEqual({ written: [config, schema], kept: [] });

    let said = '';
    const output = { write: (text: string) => (said += text) };
    const code = check({ config, schema, env: {}, out: output, err: output, color: false });
    expect({ code, said }).toEqual({
      code: 0,
      said: `${config} and ${schema} are fine: 2 buckets, 1 collection, 14 rules\n`,
    });
  });

  it('writes what the repository itself runs on', () => {
    expect(STARTER_CONFIG).toBe(read('alyx.yml'));
    expect(STARTER_SCHEMA).toBe(read('schema.yaml'));
  });

  it('leaves alone what is there, under either ending', () => {
    const [config, schema] = [join(folder, 'alyx.yaml'), join(folder, 'schema.yaml')];
    writeFileSync(config, '# mine');
    writeFileSync(schema, '# mine too');
    expect(init(folder)).toEqual({ written: [], kept: [config, schema] });
    expect([read(config), read(schema), readdirSync(folder).length]).toEqual(['# mine', '# mine too', 2]);
  });

  it('does not write through a dangling link', () => {
    const link = join(folder, 'alyx.yml');
    symlinkSync(join(folder, 'elsewhere'), link);
    expect(init(folder)).toEqual({ written: [join(folder, 'schema.yaml')], kept: [link] });
    expect(readdirSync(folder)).not.toContain('elsewhere');
  });
});
