import { check } from './check.ts';
import { showsColor } from './color.ts';
import { FILE_OPTIONS, parseOptions, type Command } from './command.ts';

export const checkCommand: Command = {
  usage: '[--config alyx.yml] [--schema schema.yaml]',
  summary: 'find the mistakes in alyx.yml and schema.yaml, all at once; of each rule the first',
  run(args, { stdout, stderr, env }) {
    const { values } = parseOptions(args, FILE_OPTIONS);
    return check({
      config: values.config ?? 'alyx.yml',
      schema: values.schema ?? 'schema.yaml',
      env,
      out: stdout,
      err: stderr,
      color: showsColor(stderr, env),
    });
  },
};
