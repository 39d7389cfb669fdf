// Puts the last run's table between the README's two marks, and its picture beside it.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { replaceMarked } from './replace-marked.ts';
import { toReadme, type Report } from './report.ts';

const README = resolve(import.meta.dirname, '../README.md');
const RESULTS = join(import.meta.dirname, 'results');

const report = JSON.parse(readFileSync(join(RESULTS, 'latest.json'), 'utf8')) as Report;
writeFileSync(README, replaceMarked(readFileSync(README, 'utf8'), toReadme(report)));
copyFileSync(join(RESULTS, 'latest.svg'), join(import.meta.dirname, 'bench.svg'));
