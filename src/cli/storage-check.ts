import { systemClock } from '../lib/clock.ts';
import { checkStorage } from '../operations/check-storage.ts';
import { openStorage } from '../operations/storage-access.ts';
import type { StorageProblem } from '../operations/storage-problem.ts';
import { requireBucket } from './bucket-option.ts';
import { paint } from './color.ts';
import { EXIT, FILE_OPTIONS, parseOptions, type Command, type Terminal } from './command.ts';
import { count } from './human-size.ts';
import { loadProject, requireDatabase } from './project.ts';

interface Tally {
  objects: number;
  found: number;
  repaired: number;
}

/** Prints problems as they are found, since there may be many. */
interface Printer {
  begin(): void;
  problem(problem: StorageProblem): void;
  end(tally: Tally): void;
}

export const storageCheckCommand: Command = {
  usage: '[--repair] [--deep] [--bucket B] [--json] [--config alyx.yml] [--schema schema.yaml]',
  summary: 'compare rows, backends and records; --deep reads every file, --repair mends what it can',
  async run(args, terminal) {
    const { values } = parseOptions(args, {
      ...FILE_OPTIONS,
      repair: { type: 'boolean', default: false },
      deep: { type: 'boolean', default: false },
      bucket: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const { config, schema } = loadProject(values, terminal);
    requireDatabase(values.config, terminal, config);
    const storage = await openStorage(config, systemClock);
    const printer = values.json ? jsonPrinter(terminal) : linePrinter(terminal);
    const tally: Tally = { objects: 0, found: 0, repaired: 0 };
    try {
      await requireBucket(storage, schema, values.bucket);
      printer.begin();
      const problems = checkStorage(storage, {
        schema,
        bucket: values.bucket,
        repair: values.repair,
        deep: values.deep,
        log: { warn: (_context, message) => void terminal.stderr.write(`${message}\n`) },
        onObjects: (objects) => (tally.objects += objects),
      });
      for await (const problem of problems) {
        tally.found += 1;
        if (problem.repaired) tally.repaired += 1;
        printer.problem(problem);
      }
      printer.end(tally);
      return tally.found === tally.repaired ? EXIT.ok : EXIT.failed;
    } finally {
      await storage.close();
    }
  },
};

function linePrinter({ stdout }: Terminal): Printer {
  return {
    begin: () => undefined,
    problem: (problem) => {
      const kind = paint(stdout, problem.repaired ? 'green' : 'red', problem.kind.padEnd(18));
      stdout.write(`${kind} ${placeOf(problem)}: ${problem.message}\n`);
    },
    end: ({ objects, found, repaired }) => {
      const looked = `looked at ${count(objects, 'object')}`;
      if (found === 0) stdout.write(`${looked}: no problems\n`);
      else
        stdout.write(
          `${looked}: ${count(found, 'problem')}, ${repaired} repaired, ${found - repaired} remain\n`,
        );
    },
  };
}

/** One document, written piece by piece. */
function jsonPrinter({ stdout }: Terminal): Printer {
  let separator = '';
  return {
    begin: () => void stdout.write('{"problems":['),
    problem: (problem) => {
      stdout.write(`${separator}\n${JSON.stringify(toJson(problem))}`);
      separator = ',';
    },
    end: ({ objects, found, repaired }) => {
      const counts = { objects, found, repaired, remaining: found - repaired };
      stdout.write(`\n],${JSON.stringify(counts).slice(1)}\n`);
    },
  };
}

function toJson(problem: StorageProblem) {
  const { kind, message, repaired, backend, bucket, path, collection, field } = problem;
  const ids = { file_id: problem.fileId, object_key: problem.objectKey, record_id: problem.recordId };
  return { kind, message, repaired, backend, bucket, path, ...ids, collection, field };
}

function placeOf({
  kind,
  backend,
  bucket,
  path,
  objectKey,
  collection,
  recordId,
  field,
  fileId,
}: StorageProblem) {
  if (collection !== undefined) return `${collection}/${String(recordId)} ${String(field)}`;
  if (path !== undefined) return `${String(bucket)}/${path} (${String(fileId)}) on ${String(backend)}`;
  if (objectKey !== undefined) return `${String(bucket)}/${objectKey} on ${String(backend)}`;
  return backend ?? (kind === 'stale_upload' ? 'storage.tus.path' : '');
}
