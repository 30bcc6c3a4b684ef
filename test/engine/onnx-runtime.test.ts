import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { onnxModel } from '../../src/main/engine/stages/train/executors/onnx-model.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'

const root = temporaryFolder()
const loader = pathToFileURL(resolve(import.meta.dirname, '../../src/main/engine/base/onnx-runtime.ts')).href
const model = join(root, 'identity.onnx')
writeFileSync(
  model,
  onnxModel({
    nodes: [{ op: 'Identity', inputs: ['in'], outputs: ['out'] }],
    weights: [],
    inputs: [{ name: 'in', type: 'float32', shape: [1] }],
    outputs: [{ name: 'out', type: 'float32', shape: [1] }]
  })
)

/** Runs a program as a person's shell would: nothing of this test's environment, and above all no `CI`, where the library keeps still. */
async function run(
  program: string,
  environment: Readonly<Record<string, string>> = {}
): Promise<{ out: string; files: string[] }> {
  const home = join(root, `home ${Math.random()}`)
  mkdirSync(home)
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    cwd: home,
    env: {
      PATH: process.env.PATH ?? '',
      SystemRoot: process.env.SystemRoot ?? '',
      HOME: home,
      TMPDIR: home,
      ...environment
    }
  })
  return { out: stdout.trim(), files: readdirSync(home) }
}

const runModel = `
  const { ort } = await import(${JSON.stringify(loader)})
  const session = await ort.InferenceSession.create(${JSON.stringify(model)})
  const { out } = await session.run({ in: new ort.Tensor('float32', [7], [1]) })
  console.log(out.data[0], process.env.ORT_DISABLE_TELEMETRY)`

test.each([
  ['that says nothing of it', {}],
  ['that allows it', { ORT_DISABLE_TELEMETRY: '0' }]
])('the library hears that its telemetry is off, in an environment %s: it leaves no file', async (_, environment) => {
  expect(await run(runModel, environment)).toEqual({ out: '7 1', files: [] })
})

test('a thread, whose environment the library would not hear of, does not get it', async () => {
  const program = `
    import { Worker } from 'node:worker_threads'
    const source = 'import(${JSON.stringify(loader)}).then(() => console.log("loaded"), error => console.log(error.message))'
    new Worker(source, { eval: true })`
  expect((await run(program)).out).toContain('in the main thread of a process only')
})
