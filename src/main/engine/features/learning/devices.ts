import { config } from '../../base/config.ts'
import type { Device, DeviceStatus } from '../../../../shared/learning.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { cudaExecutor, cudaMissing } from '../../stages/train/executors/cuda.ts'
import type { SettingRows } from '../../store/store.ts'
import type { TrainerProcess } from '../../workers/trainer-process.ts'
import { graphicsKey } from './graphics.ts'

interface Deps {
  readonly trainer: TrainerProcess
  readonly settings: SettingRows
  /** Of the app: another one may bring another ONNX Runtime. What a person installs for CUDA counts as well. */
  readonly version: string
  readonly graphicsKey?: () => Promise<string>
  readonly nowMs?: () => number
}

/** What the tests of the devices said, and when and on what it holds. */
interface Remembered {
  readonly on: string
  readonly atMs: number
  readonly statuses: readonly DeviceStatus[]
}

const setting = 'devices'

/**
 * What this machine can train on. Each device is tried in a process of its own, and the result is remembered for this app, these
 * cards and their drivers, for a month at most. A test that took too long says nothing, so it is made again at the next start.
 */
export class Devices {
  readonly #deps: Deps
  /** What holds in this process, tests that took too long included. */
  #known: Remembered | null = null
  #testing: Promise<readonly DeviceStatus[]> | null = null

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /**
   * The CPU is always among them. Takes seconds where nothing is remembered.
   * @param isAnew  tries each device again, also one that failed at work
   */
  all(isAnew = false): Promise<readonly DeviceStatus[]> {
    this.#testing ??= this.#all(isAnew).finally(() => (this.#testing = null))
    return this.#testing
  }

  /** @throws EngineError bad-input when the wanted device cannot be used here, with the reason */
  async choose(wanted: Device | 'auto'): Promise<Device> {
    if (wanted === 'cpu') return wanted
    const statuses = await this.all()
    if (wanted === 'auto') return fastest(statuses)
    const found = statuses.find(({ device }) => device === wanted)
    if (found?.isUsable === true) return wanted
    const isMissing = wanted === 'cuda' && process.platform === 'linux'
    throw new EngineError(
      'bad-input',
      `The device ${wanted} cannot be used: ${found?.message ?? (isMissing ? cudaMissing : 'this platform has none.')} Nothing was changed. Choose cpu, or auto for the fastest that works here.`
    )
  }

  /** Says that a device passed its test and failed at work: it is not chosen any more until it is tested again. */
  async distrust(device: Device, why: string): Promise<void> {
    if (device === 'cpu') return
    const statuses = await this.all()
    const message = `It ended a training (${why}).`
    this.#remember(
      await this.#on(),
      statuses.map(one => (one.device === device ? { ...one, isUsable: false, message } : one))
    )
  }

  async #all(isAnew: boolean): Promise<readonly DeviceStatus[]> {
    const on = await this.#on()
    const known = isAnew ? null : this.#holding(this.#known, on)
    if (known !== null) return known
    const kept = isAnew ? null : this.#holding(this.#deps.settings.get(setting) as Partial<Remembered> | undefined, on)
    const decided = (kept ?? []).filter(({ isUndecided }) => isUndecided !== true)
    if (kept !== null && decided.length === kept.length) return kept
    const statuses: DeviceStatus[] = []
    // One after the other: beside each other they would measure each other.
    for (const device of await this.#deps.trainer.devices())
      statuses.push(decided.find(one => one.device === device) ?? (await this.#deps.trainer.testDevice(device)))
    this.#remember(on, statuses)
    return statuses
  }

  /** What was remembered, where it holds still. Where the clock was put back, nobody knows how old it is. */
  #holding(remembered: Partial<Remembered> | null | undefined, on: string): readonly DeviceStatus[] | null {
    const { on: then, atMs = NaN, statuses = null } = remembered ?? {}
    const ageMs = this.#nowMs() - atMs
    return then === on && ageMs >= 0 && ageMs < config.deviceTestHoldsMs ? statuses : null
  }

  #remember(on: string, statuses: readonly DeviceStatus[]): void {
    this.#known = { on, atMs: this.#nowMs(), statuses }
    this.#deps.settings.set(setting, this.#known)
  }

  #nowMs(): number {
    return (this.#deps.nowMs ?? Date.now)()
  }

  async #on(): Promise<string> {
    const graphics = await (this.#deps.graphicsKey ?? graphicsKey)()
    return [this.#deps.version, process.platform, process.arch, cudaExecutor() ?? 'no CUDA', graphics].join(' ')
  }
}

/** The fastest that clearly beats the CPU, else the CPU. */
export function fastest(statuses: readonly DeviceStatus[]): Device {
  const speed = (status: DeviceStatus | undefined): number =>
    status?.isUsable === true ? (status.stepsPerSecond ?? 0) : 0
  const cpu = speed(statuses.find(({ device }) => device === 'cpu'))
  const [best] = statuses
    .filter(status => status.device !== 'cpu' && speed(status) >= config.deviceMargin * cpu && speed(status) > 0)
    .sort((a, b) => speed(b) - speed(a))
  return best?.device ?? 'cpu'
}
