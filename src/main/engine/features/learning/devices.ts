import { config } from '../../base/config.ts'
import type { Device, DeviceStatus } from '../../../../shared/learning.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { cudaExecutor, cudaMissing } from '../../stages/train/executors/cuda.ts'
import type { SettingRows } from '../../store/store.ts'
import type { TrainerProcess } from '../../workers/trainer-process.ts'

interface Deps {
  readonly trainer: TrainerProcess
  readonly settings: SettingRows
  /** Of the app: another one may bring another ONNX Runtime. What a person installs for CUDA counts as well. */
  readonly version: string
}

interface Remembered {
  readonly on: string
  readonly statuses: readonly DeviceStatus[]
}

const setting = 'devices'

/** What this machine can train on. Each device is tried once, in a process of its own, and the result is remembered. */
export class Devices {
  readonly #deps: Deps
  #testing: Promise<readonly DeviceStatus[]> | null = null

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** The CPU is always among them. Takes seconds the first time. */
  all(): Promise<readonly DeviceStatus[]> {
    const remembered = this.#deps.settings.get(setting) as Remembered | undefined
    if (remembered?.on === this.#on) return Promise.resolve(remembered.statuses)
    this.#testing ??= this.#test().finally(() => (this.#testing = null))
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

  /** Says that a device passed its test and failed at work: it is not chosen by itself any more. */
  async distrust(device: Device, why: string): Promise<void> {
    if (device === 'cpu') return
    const statuses = await this.all()
    const message = `It ended a training (${why}).`
    this.#remember(statuses.map(one => (one.device === device ? { ...one, isUsable: false, message } : one)))
  }

  async #test(): Promise<readonly DeviceStatus[]> {
    const statuses: DeviceStatus[] = []
    // One after the other: beside each other they would measure each other.
    for (const device of await this.#deps.trainer.devices()) statuses.push(await this.#deps.trainer.testDevice(device))
    this.#remember(statuses)
    return statuses
  }

  #remember(statuses: readonly DeviceStatus[]): void {
    this.#deps.settings.set(setting, { on: this.#on, statuses } satisfies Remembered)
  }

  get #on(): string {
    return [this.#deps.version, process.platform, process.arch, cudaExecutor() ?? 'no CUDA'].join(' ')
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
