/**
 * The test command: makes sure of a browser, runs every test once, tells why tests were skipped, and ends with the line
 * `N passed, N failed, N skipped`. Arguments choose test files by a part of their name.
 */
import { startVitest } from 'vitest/node'
import { resolve } from 'node:path'
import { ensureChromium } from './chromium.ts'
import { isGreen, summaryLine, TallyReporter } from './reporter.ts'

try {
  process.env.REVERIE_CHROMIUM = await ensureChromium()
} catch (error) {
  // The end-to-end tests will fail and say the same; all others can still be run.
  console.error(error instanceof Error ? error.message : error)
}

// Tests of this command itself run it elsewhere, on suites that need nothing of this repository.
if (process.cwd() === resolve(import.meta.dirname, '../..'))
  await import('./prepare-tests.ts').then(({ prepareTests }) => prepareTests())

const reporter = new TallyReporter()
const vitest = await startVitest(process.argv.slice(2), {
  run: true,
  watch: false,
  reporters: ['default', reporter]
})
await vitest.close()

const { tally } = reporter
for (const reason of tally.reasons) console.log(`skipped: ${reason}`)
for (const name of tally.unexplained) console.log(`skipped without a reason, which is a failure: ${name}`)
if (tally.broken > 0) console.log(`${tally.broken} errors outside tests are counted as failed.`)
console.log(summaryLine(tally))
process.exit(isGreen(tally) ? 0 : 1)
