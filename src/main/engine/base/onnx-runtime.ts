import { createRequire } from 'node:module'
import { isMainThread } from 'node:worker_threads'
import type * as OnnxRuntime from 'onnxruntime-node'
import { telemetryOff } from './telemetry-off.ts'

// [Note: telemetry of ONNX Runtime] Whoever starts this process has set it already; here it cannot be forgotten. Node hands an
// assignment on to the C library's environment, but not from a worker thread, whose `process.env` is a copy.
if (!isMainThread)
  throw new Error('ONNX Runtime is loaded in the main thread of a process only: its telemetry is off there.')
Object.assign(process.env, telemetryOff)

// Not an import: the bundler would put it above the line before.
const require = createRequire(import.meta.url)

/** ONNX Runtime, with its telemetry off. The only place that loads it. */
export const ort = require('onnxruntime-node') as typeof OnnxRuntime
