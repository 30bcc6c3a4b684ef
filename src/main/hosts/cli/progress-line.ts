import type { JobStatus } from '../../../shared/jobs.ts'
import type { RunPoint } from '../../../shared/learning.ts'

/** Shows a job on a terminal as one line that is drawn again, elsewhere as a plain line every five seconds. */
export class ProgressLine {
  readonly #out: NodeJS.WriteStream
  #saidMs = 0
  #isDrawn = false

  constructor(out: NodeJS.WriteStream) {
    this.#out = out
  }

  /** @param point  of a training: its last evaluation */
  show(status: JobStatus, point: RunPoint | null = null): void {
    if (this.#out.isTTY) {
      this.#out.write(`\r\x1b[K${progressText(status, Math.max(20, this.#out.columns), point)}`)
      this.#isDrawn = true
      return
    }
    const nowMs = performance.now()
    if (nowMs - this.#saidMs < 5000) return
    this.#saidMs = nowMs
    this.#out.write(`${progressText(status, 160, point)}\n`)
  }

  clear(): void {
    if (this.#isDrawn) this.#out.write('\r\x1b[K')
    this.#isDrawn = false
  }
}

const stages: Readonly<Record<JobStatus['stage'], string>> = {
  scan: 'Looking for changes',
  encode: 'Indexing',
  finish: 'Finishing',
  pairs: 'Collecting pairs',
  turn: 'Turning photos',
  train: 'Training',
  prove: 'Proving',
  project: 'Projecting',
  prepare: 'Preparing the model',
  download: 'Fetching'
}

export function progressText(status: JobStatus, columns: number, point: RunPoint | null = null): string {
  if (status.total === null) return `${stages[status.stage]}…`
  const share = status.total === 0 ? 1 : Math.min(1, status.done / status.total)
  const rate =
    status.perSecond === null
      ? ''
      : `, ${amount(status, status.perSecond, 1)}/s, ${timeLeft((status.total - status.done) / status.perSecond)} left`
  const failed = status.failed === 0 ? '' : `, ${status.failed} failed`
  const unreachable = (status.unreachable ?? 0) === 0 ? '' : `, ${status.unreachable} unreachable`
  const learned = point === null ? '' : `; ${pointText(point)}`
  const text = ` ${amount(status, status.done)} of ${amount(status, status.total)}${failed}${unreachable}${rate}${learned}`
  const barWidth = Math.min(30, columns - stages[status.stage].length - text.length - 4)
  const filled = Math.round(share * barWidth)
  const bar = barWidth < 5 ? '' : ` [${'='.repeat(filled)}${' '.repeat(barWidth - filled)}]`
  return `${stages[status.stage]}${bar}${text}`.slice(0, columns)
}

/** Bytes as megabytes, everything else as it is. */
function amount({ stage }: JobStatus, value: number, digits = 0): string {
  return stage === 'download' ? `${(value / 1e6).toFixed(1)} MB` : value.toFixed(digits)
}

/** Losses by part, then what counts: retrieval on validation pairs, and what fresh probes still read. */
function pointText({ losses, validationMrr, modalityProbe, rotationProbe, device }: RunPoint): string {
  const parts = Object.entries(losses).map(([name, loss]) => `${name} ${loss.toFixed(2)}`)
  const probes = [
    ...(modalityProbe === null ? [] : [`modality read ${percent(modalityProbe)}`]),
    ...(rotationProbe === null ? [] : [`rotation read ${percent(rotationProbe)}`])
  ]
  return [`MRR ${validationMrr.toFixed(3)}`, ...probes, ...parts, `on ${device}`].join(', ')
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}

function timeLeft(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown time'
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
