import { expect, it } from 'vitest';
import { lastWords } from '../../bench/last-words.ts';
import { Remarks } from '../../bench/remarks.ts';

it('says of each subject once why, though ports and process ids differ', () => {
  const said: string[] = [];
  const remarks = new Remarks((line) => said.push(line));
  remarks.add('Left out: down at 32 · nginx', 'connect ECONNREFUSED 127.0.0.1:42063');
  remarks.add('Left out: down at 32 · nginx', 'connect ECONNREFUSED 127.0.0.1:45209');
  remarks.add('Left out: down at 32 · PocketBase', '404');
  expect(remarks.lines).toEqual([
    'Left out: down at 32 · nginx: connect ECONNREFUSED 127.0.0.1:42063',
    'Left out: down at 32 · PocketBase: 404',
  ]);
  expect(said).toEqual(remarks.lines);
});

it('takes the error out of what a server said before it ended', () => {
  const log = `node:internal/webstreams/readablestream:1275
      throw new ERR_INVALID_STATE.TypeError('ReadableStream is already closed');
            ^

TypeError [ERR_INVALID_STATE]: Invalid state: ReadableStream is already closed
    at ReadableByteStreamController.close (node:internal/webstreams/readablestream:1275:13) {
  code: 'ERR_INVALID_STATE'
}

Node.js v24.21.0
`;
  expect(lastWords(log)).toBe(
    'TypeError [ERR_INVALID_STATE]: Invalid state: ReadableStream is already closed',
  );
  expect(lastWords('starting\nno space left\n')).toBe('no space left');
  expect(lastWords('')).toBe('it said nothing');
});
