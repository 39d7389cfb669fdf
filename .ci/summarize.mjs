// Adds up vitest's JSON reports. A report that is missing, and a file that did not load, count as failures.
import { readFileSync } from 'node:fs';

const [lintFailed, ...reports] = process.argv.slice(2);
let passed = lintFailed === '0' ? 1 : 0;
let failed = lintFailed === '0' ? 0 : 1;
for (const path of reports) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    const broken = report.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    passed += report.numPassedTests;
    failed += report.numFailedTests + broken.length;
    if (report.numPassedTests === 0) failed += 1;
  } catch (error) {
    console.error(`no report ${path}: ${error.message}`);
    failed += 1;
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
