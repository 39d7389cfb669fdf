import { describe, expect, it } from 'vitest';
import { AnswerReader } from '../../bench/client/answer-reader.ts';

const LENGTH = 'HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\n\r\nhello';
const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\na;x=y\r\n0123456789\r\n0\r\n\r\n';
const NONE = 'HTTP/1.1 204 No Content\r\nX: y\r\n\r\n';
const EMPTY = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';

function readInPieces(answer: string, size: number, method = 'GET') {
  const reader = new AnswerReader();
  reader.begin(method);
  const bytes = Buffer.from(answer, 'latin1');
  const ends: boolean[] = [];
  for (let at = 0; at < bytes.length; at += size) ends.push(reader.push(bytes.subarray(at, at + size)));
  return { status: reader.status, ends };
}

describe("the load generator's reader finds the end of an answer", () => {
  const answers = [
    { what: 'with a length', answer: LENGTH, status: 206 },
    { what: 'in chunks', answer: CHUNKED, status: 200 },
    { what: 'without a body', answer: NONE, status: 204 },
    { what: 'with an empty body', answer: EMPTY, status: 200 },
  ];

  it.each(answers)('$what, however the bytes come', ({ answer, status }) => {
    for (let size = 1; size <= answer.length; size += 1) {
      const read = readInPieces(answer, size);
      expect({ size, ...read }).toEqual({
        size,
        status,
        ends: [...Array<boolean>(Math.ceil(answer.length / size) - 1).fill(false), true],
      });
    }
  });

  it('to HEAD, which announces what does not come', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n';
    expect(readInPieces(head, head.length, 'HEAD')).toEqual({ status: 200, ends: [true] });
  });

  it('one after the other', () => {
    const reader = new AnswerReader();
    for (const answer of [CHUNKED, LENGTH, NONE, CHUNKED]) {
      reader.begin('GET');
      expect(reader.push(Buffer.from(answer))).toBe(true);
    }
  });

  it('and refuses one that ends with its connection', () => {
    const answer = 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n';
    expect(() => readInPieces(answer, answer.length)).toThrow('whose end is not told');
  });
});
