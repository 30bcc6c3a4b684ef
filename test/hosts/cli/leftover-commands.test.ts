import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommandLine } from '../../../src/main/hosts/cli/command-line.ts'
import { never } from '../../../src/main/hosts/common/ending.ts'
import { openRealEngine } from '../../engine/real-engine.ts'
import { heard } from '../../tools/heard.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'

const folder = temporaryFolder()
const photos = join(folder, 'photos')
mkdirSync(photos)

interface Person {
  readonly home: string
  readonly file: string
  /** How often they were asked. */
  readonly questions: string[]
  readonly reverie: (answer: boolean | null, ...argv: string[]) => Promise<{ code: number; out: string; err: string }>
}

/** Somebody on whose machine ONNX Runtime left a file. */
function person(name: string): Person {
  const home = join(folder, name)
  const file = join(home, '.cache/Microsoft/DeveloperTools/.onnxruntime/deviceid')
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, '85a1a1e2-3a4b-4f5c-8d6e-7f8091a2b3c4')
  const questions: string[] = []
  const surroundings = { platform: 'linux', environment: { TMPDIR: home }, home } as const
  return {
    home,
    file,
    questions,
    async reverie(answer, ...argv) {
      const [out, err] = [heard(), heard()]
      const code = await runCommandLine(argv, {
        version: '1.2.3',
        ending: never,
        findRunning: () => Promise.reject(new Error('not here')),
        openBrowser: () => undefined,
        ask:
          answer === null
            ? null
            : question => {
                questions.push(question)
                return Promise.resolve(answer)
              },
        out: out.stream,
        err: err.stream,
        openEngine: () => openRealEngine(join(home, 'data'), [], { surroundings }),
        fitPaper: () => Promise.reject(new Error('not here')),
        openPairTools: () => Promise.reject(new Error('not here')),
        serve: () => Promise.reject(new Error('not here'))
      })
      return { code, out: out.text(), err: err.text() }
    }
  }
}

test('index asks once at a terminal, and a no is kept', async () => {
  const { reverie, questions, file } = person('Ada')
  const first = await reverie(false, 'index', photos)
  expect(first.err).toContain('tried to send them to Microsoft')
  expect(first.err).toContain(file)
  expect(first.err).toContain('Nothing was deleted.')
  await reverie(false, 'index')
  expect(questions).toHaveLength(1)
  expect(existsSync(file)).toBe(true)
  // Who changes their mind says so.
  expect((await reverie(false, 'leftovers', '--delete')).out).toBe('1 file deleted.\n')
  expect(existsSync(file)).toBe(false)
  expect((await reverie(false, 'leftovers')).out).toContain('left nothing on this machine')
})

test('a yes deletes', async () => {
  const { reverie, file } = person('Ben')
  expect((await reverie(true, 'index', photos)).err).toContain('1 file deleted.')
  expect(existsSync(file)).toBe(false)
})

test('where nobody can be asked, and for a script, nothing is asked and nothing is settled', async () => {
  const { reverie, questions, file } = person('Cleo')
  await reverie(null, 'index', photos)
  await reverie(true, 'index', '--json')
  expect(questions).toEqual([])
  expect(JSON.parse((await reverie(null, 'leftovers', '--json')).out)).toEqual({
    paths: [file],
    sizeBytes: 36,
    isSettled: false
  })
})
