import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { telemetryOff } from './src/main/engine/base/telemetry-off.ts'

export default defineConfig({
  plugins: [svelte()],
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    env: telemetryOff,
    // Two cores are what the smallest supported machine has; native libraries bring threads of their own.
    maxWorkers: 2,
    // No measure of speed: a busy machine may take long, and only what never comes is a failure.
    testTimeout: 240_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } }
  }
})
