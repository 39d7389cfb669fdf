import { systemClock } from '../lib/clock.ts';
import { backUp } from '../operations/back-up.ts';
import { openStorage } from '../operations/storage-access.ts';
import { EXIT, parseOptions, UsageError, type Command } from './command.ts';
import { count, humanSize } from './human-size.ts';
import { loadConfigFile, requireDatabase } from './project.ts';

export const backupCommand: Command = {
  usage: 'DIR [--copy] [--config alyx.yml]',
  summary: 'copy database, secret and stored files to a new folder, beside a running server',
  async run(args, terminal) {
    const options = { config: { type: 'string' }, copy: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseOptions(args, options, ['DIR']);
    const [folder] = positionals;
    if (folder === undefined) throw new UsageError('say which folder the backup is to be written to');
    const { stdout, stderr } = terminal;
    const config = loadConfigFile(values.config, terminal);
    requireDatabase(values.config, terminal, config);
    const storage = await openStorage(config, systemClock);
    try {
      const { backends } = await backUp(storage, folder, { copy: values.copy });
      let missing = 0;
      for (const [name, backend] of Object.entries(backends)) {
        const what = `${name}: ${count(backend.files, 'file')}, ${humanSize(backend.stored_bytes)}`;
        const kept =
          backend.type === 's3' ? `; not copied, ${backend.path} has to keep them (versioning)` : '';
        stdout.write(`${what}${kept}\n`);
        missing += backend.missing.length;
      }
      stdout.write(`backed up to ${folder}\n`);
      if (missing === 0) return EXIT.ok;
      stderr.write(`alyx: the bytes of ${count(missing, 'file')} are missing; manifest.json names them\n`);
      return EXIT.failed;
    } finally {
      await storage.close();
    }
  },
};
