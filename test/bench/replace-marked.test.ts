import { describe, expect, it } from 'vitest';
import { replaceMarked } from '../../bench/replace-marked.ts';
import { README } from '../support/readme.ts';

describe("the benchmark's table", () => {
  it('replaces the one that is in the README, and nothing else', () => {
    const once = replaceMarked(README, '| a |');
    const [before = '', after = ''] = once.split('\n| a |\n');
    expect(README.startsWith(before)).toBe(true);
    expect(README.endsWith(after)).toBe(true);
    expect(replaceMarked(once, '| a |')).toBe(once);
  });

  it('is not put where it has no place', () => {
    expect(() => replaceMarked('# Nothing\n', '| a |')).toThrow('there is no place for the table');
  });
});
