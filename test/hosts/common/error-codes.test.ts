import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodeByError } from '../../../src/main/hosts/common/exit-codes.ts'
import { httpStatusByError } from '../../../src/main/hosts/web/http-messages.ts'
import { errorCodeOf, errorCodes } from '../../../src/shared/errors.ts'

const root = resolve(import.meta.dirname, '../../..')

/** The rows of the table: code, when, HTTP status, exit code. */
const rows = readFileSync(resolve(root, 'docs/error-codes.md'), 'utf8')
  .split('\n')
  .filter(line => line.startsWith('| `'))
  .map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim())
  )

test('the table of error codes has each code once, with when it is used', () => {
  expect(rows.map(([code]) => code)).toEqual(errorCodes.map(code => `\`${code}\``))
  for (const [code, when = ''] of rows) expect(when.length, code).toBeGreaterThan(10)
})

test.each(errorCodes)('%s has the HTTP status and the exit code of the table', code => {
  const [, , status, exitCode] = rows.find(([named]) => named === `\`${code}\``) ?? []
  expect([status, exitCode]).toEqual([String(httpStatusByError[code]), String(exitCodeByError[code])])
})

test('each exit code of an error stands in the README', () => {
  const readme = readFileSync(resolve(root, 'README.md'), 'utf8')
  for (const exitCode of new Set(Object.values(exitCodeByError)))
    expect(readme).toMatch(new RegExp(`^\\| ${exitCode} `, 'm'))
})

test('a code that this version does not know is a bug like any other', () => {
  expect(errorCodes.map(errorCodeOf)).toEqual(errorCodes)
  expect(['', 'toString', 'disk-gone', undefined].map(errorCodeOf)).toEqual(Array(4).fill('internal'))
})
