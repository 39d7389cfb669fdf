import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ownCommand } from '../../src/cli/own-command.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

let root: string;
let main: string;
beforeEach(() => {
  const temp = makeTempFolder();
  root = join(realpathSync(temp.path), 'alyx');
  main = join(root, 'dist', 'main.js');
  for (const folder of ['dist', 'my-project', 'examples/album']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const file of ['dist/main.js', 'package.json', 'examples/album/package.json']) {
    writeFileSync(join(root, file), '');
  }
  return temp.remove;
});

const command = (folder: string, script: string, env = {}) =>
  ownCommand(folder, { ...process, cwd: () => '/', env }, script);

describe('the command that is told to be typed', () => {
  it('is npx in the repository and in what lies below, however the program was started', () => {
    expect(command(root, main, { npm_lifecycle_event: 'start' })).toBe('npx alyx');
    expect(command(join(root, 'my-project'), main)).toBe('npx alyx');
  });

  it('is the file where npx would look elsewhere, and in the end in the registry', () => {
    expect(command(join(root, '..'), main)).toBe(`node ${main}`);
    expect(command(join(root, 'examples', 'album'), main)).toBe(`node ${main}`);
  });

  it('is the name where that was found on the PATH, which npx only seems to do', () => {
    const bin = join(root, '..', 'bin');
    mkdirSync(bin);
    const link = join(bin, 'alyx');
    symlinkSync(main, link);
    expect(command('/', link)).toBe('alyx');
    expect(command(root, link, { npm_lifecycle_event: 'npx' })).toBe('npx alyx');
    expect(command('/', link, { npm_lifecycle_event: 'npx' })).toBe(`node ${main}`);
  });

  it('can be typed as it is, whatever the folder is called', () => {
    const odd = join(root, '..', "it's mine", 'dist');
    mkdirSync(odd, { recursive: true });
    writeFileSync(join(odd, 'main.js'), '');
    expect(command('/', join(odd, 'main.js'))).toBe(`node '${join(odd, 'main.js').replace("'", "'\\''")}'`);
  });
});
