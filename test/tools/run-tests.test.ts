import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

/** Inside the repository, so that a test there finds vitest. */
const cache = resolve(import.meta.dirname, '../.cache')
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(join(cache, 'run-tests-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the test command over one made-up file of tests; '' for none. */
function runTests(name: string, suite: string): Promise<{ lines: string[]; code: number }> {
  const own = join(folder, name)
  mkdirSync(own)
  if (suite !== '')
    writeFileSync(join(own, 'made-up.spec.ts'), `import { describe, expect, test } from 'vitest'\n${suite}`)
  // A browser is not what is tested here: any program will do.
  const env = { ...process.env, REVERIE_CHROMIUM: process.execPath, VITEST: undefined }
  return new Promise(resolveRun => {
    execFile(process.execPath, [resolve(import.meta.dirname, 'run-tests.ts')], { cwd: own, env }, (error, stdout) => {
      const code = error === null ? 0 : Number(error.code)
      resolveRun({ lines: stdout.trimEnd().split('\n'), code })
    })
  })
}

describe('the test command', () => {
  test('ends with the counts, and with 0 when nothing failed and every skip has its reason', async () => {
    const { lines, code } = await runTests(
      'green',
      `test('a', () => {}); test('b', context => context.skip('no moon tonight'))
       console.log('skipped: moon (needs a moon)'); describe.skip('moon', () => { test('c', () => {}) })`
    )
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 2 skipped')
    expect(lines).toContain('skipped: no moon tonight')
    expect(lines).toContain('skipped: moon (needs a moon)')
    expect(code).toBe(0)
  })

  test('fails when a test fails', async () => {
    const { lines, code } = await runTests('red', `test('a', () => { expect(1).toBe(2) }); test('b', () => {})`)
    expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped')
    expect(code).toBe(1)
  })

  test('fails when a file of tests cannot even be loaded', async () => {
    const { lines, code } = await runTests('broken', `test('a', () => {}); throw new Error('no')`)
    expect(lines.at(-1)).toMatch(/^\d+ passed, [1-9]\d* failed, 0 skipped$/)
    expect(code).toBe(1)
  })

  test('fails when a test is skipped without a reason', async () => {
    const { lines, code } = await runTests('silent', `test('a', () => {}); test.skip('b', () => {})`)
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped')
    expect(code).toBe(1)
  })

  test('fails when nothing ran', async () => {
    const { lines, code } = await runTests('empty', '')
    expect(lines.at(-1)).toBe('0 passed, 0 failed, 0 skipped')
    expect(code).toBe(1)
  })
})
