import { describe, expect, it } from 'vitest';
import { readOptions } from '../../bench/options.ts';

describe("the benchmark's options", () => {
  it('measure everything in full when there are none', () => {
    expect(readOptions([])).toMatchObject({ isWhole: true, minutes: 8.5, scale: { large: 2 ** 30 } });
  });

  it('choose workloads by parts of their names, and servers by their names', () => {
    const options = readOptions(['--only', 'range|signed', '--servers', 'Alyx|nginx']);
    const chosen = ['64 KiB ranges at 32', 'signed download at 32', '1 GiB down'].map((name) =>
      options?.takesWorkload(name),
    );
    expect(chosen).toEqual([true, true, false]);
    expect(['Alyx', 'Alyx, rules', 'nginx'].map((name) => options?.takesServer(name))).toEqual([
      true,
      false,
      true,
    ]);
    expect(options?.isWhole).toBe(false);
  });

  it('make a short run one round of small sizes', () => {
    const options = readOptions(['--quick', '--size', '8']);
    expect(options).toMatchObject({
      isWhole: false,
      rounds: 1,
      scale: { large: 8 * 2 ** 20, smallFiles: 400 },
    });
  });

  it('are refused when they make no sense', () => {
    expect(() => readOptions(['--rounds', 'many'])).toThrow('--rounds takes a number above 0, not "many"');
    expect(() => readOptions(['--fast'])).toThrow("'--fast'");
  });

  it('can be asked for', () => {
    expect(readOptions(['--help'])).toBeNull();
  });
});
