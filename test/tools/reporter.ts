import type { Reporter, TestModule } from 'vitest/node'

const reasonMark = 'skipped: '

/** How a whole run ended, in tests. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Modules that could not be loaded, hooks and background work that threw: not tests, but the run has failed. */
  readonly broken: number
  /** Why tests were skipped, each reason once. */
  readonly reasons: readonly string[]
  /** Skipped tests whose suite printed no reason. */
  readonly unexplained: readonly string[]
}

/** Counts tests and keeps the reasons that suites print (`skipped: …`) or give to `context.skip(reason)`. Prints nothing itself. */
export class TallyReporter implements Reporter {
  tally: Tally = { passed: 0, failed: 0, skipped: 0, broken: 0, reasons: [], unexplained: [] }
  readonly #printed = new Set<string>()

  onUserConsoleLog(log: { readonly content: string }): void {
    for (const line of log.content.split('\n'))
      if (line.startsWith(reasonMark)) this.#printed.add(line.slice(reasonMark.length))
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap(module => [...module.children.allTests()])
    const skipped = tests.filter(test => test.result().state === 'skipped')
    const noted = skipped.flatMap(test => noteOf(test.result()) ?? [])
    const printed = [...this.#printed]
    this.tally = {
      passed: tests.filter(test => test.result().state === 'passed').length,
      failed: tests.filter(test => test.result().state === 'failed').length,
      skipped: skipped.length,
      broken: unhandled.length + modules.filter(hasOwnErrors).length,
      reasons: [...new Set([...printed, ...noted])],
      unexplained: skipped
        .filter(test => noteOf(test.result()) === undefined)
        .map(test => test.fullName)
        .filter(name => !printed.some(reason => explains(reason, name)))
    }
  }
}

/** "name (why)": the reason starts with the name of the suite or of the test. */
function explains(reason: string, fullName: string): boolean {
  return fullName.split(' > ').some(part => reason.startsWith(part))
}

function noteOf(result: { readonly state: string; readonly note?: string | undefined }): string | undefined {
  return result.note
}

function hasOwnErrors(module: TestModule): boolean {
  return module.errors().length > 0 || [...module.children.allSuites()].some(suite => suite.errors().length > 0)
}

/** The last line of the test command. */
export function summaryLine({ passed, failed, broken, skipped }: Tally): string {
  return `${passed} passed, ${failed + broken} failed, ${skipped} skipped`
}

/** Green means: something ran, nothing failed, and every skipped test said why. */
export function isGreen({ passed, failed, broken, unexplained }: Tally): boolean {
  return passed > 0 && failed + broken === 0 && unexplained.length === 0
}
