import { svelte } from '@sveltejs/vite-plugin-svelte'
import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import { SlowFirst } from './test/tools/slow-first.ts'
import { telemetryOff } from './src/main/engine/base/telemetry-off.ts'

export default defineConfig({
  plugins: [svelte()],
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    env: {
      ...telemetryOff,
      // Hundreds of processes are started: Node compiles their files once and not for each, which is a third of what they cost.
      NODE_COMPILE_CACHE: resolve(import.meta.dirname, 'test/.cache/compiled'),
      // A trainer that lets everybody else go first would wait for all other tests.
      REVERIE_TRAINER_PRIORITY: 'normal'
    },
    // Two cores are what the smallest supported machine has. One more than that, because stories wait for other processes half of their time.
    maxWorkers: 3,
    sequence: { sequencer: SlowFirst },
    // No measure of speed: a busy machine may take long, and only what never comes is a failure.
    testTimeout: 480_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } }
  }
})
