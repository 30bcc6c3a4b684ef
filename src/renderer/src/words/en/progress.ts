import type { JobStatus } from '../../../../shared/jobs.ts'
import { secondsLeft } from '../../state/jobs.svelte.ts'
import { bytes, count, formats, number, percent, span } from './formats.ts'

const units: Readonly<Record<JobStatus['stage'], string>> = {
  scan: 'file',
  encode: 'file',
  finish: 'file',
  pairs: 'pair',
  turn: 'photo',
  train: 'step',
  prove: 'pair',
  project: 'item',
  prepare: 'item',
  download: 'byte'
}

/** What the page says of a job. */
export const progressWords = {
  title: {
    index: 'Indexing',
    train: 'Training',
    project: 'Projecting',
    'encode-model': 'Preparing the model',
    install: 'Installing a model'
  } satisfies Record<JobStatus['kind'], string>,
  stage: {
    scan: 'Looking for photos and notes',
    encode: 'Reading and encoding',
    finish: 'Finishing',
    pairs: 'Collecting pairs of photos and words',
    turn: 'Encoding the photos turned by 90°, 180° and 270°',
    train: 'Training',
    prove: 'Proving it on pairs that were kept out',
    project: 'Projecting the library',
    prepare: 'Encoding the library with the new model; the one in use answers meanwhile',
    download: 'Fetching and checking its files'
  } satisfies Record<JobStatus['stage'], string>,
  paused: 'Paused',
  bar: {
    index: 'Indexing progress',
    train: 'Training progress',
    project: 'Projecting progress',
    'encode-model': 'Progress of preparing the model',
    install: 'Installing progress'
  },
  of: (job: JobStatus): string =>
    job.stage === 'download' && job.total !== null
      ? `${bytes(job.done)} of ${bytes(job.total)}`
      : job.total === null
        ? count(job.done, units[job.stage])
        : `${number(job.done)} of ${number(job.total)}`,
  failed: (n: number): string => `${number(n)} failed`,
  rate: (perSecond: number, stage: JobStatus['stage'] = 'encode'): string =>
    `${stage === 'download' ? bytes(perSecond) : formats.roughly(perSecond)} a second`,
  left: (job: JobStatus): string | null => {
    const seconds = secondsLeft(job)
    return seconds === null ? null : `about ${span(seconds)} left`
  },
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Stop',
  /** In the header, where there is little room. */
  short: (job: JobStatus): string => {
    const done = job.total === null || job.total === 0 ? '' : ` ${percent(job.done / job.total)}`
    return job.state === 'paused' ? `Paused${done}` : `${progressWords.title[job.kind]}${done}`
  },
  outcome: (job: JobStatus): string => {
    const lost = (job.unreachable ?? 0) === 0 ? '' : `, ${number(job.unreachable ?? 0)} unreachable`
    const failed = `${job.failed === 0 ? '' : `, ${number(job.failed)} failed`}${lost}`
    if (job.outcome === 'error') return job.message ?? outcomes.error[job.kind]
    if (job.outcome === 'cancelled')
      return job.kind === 'index'
        ? `Stopped after ${count(job.done, 'file')}${failed}. What was done is kept.`
        : outcomes.cancelled[job.kind]
    if (job.kind !== 'index') return outcomes.finished[job.kind]
    return job.done === 0 ? 'Everything is up to date.' : `Finished: ${count(job.done, 'file')}${failed}.`
  }
}

const outcomes = {
  error: {
    index: 'Indexing stopped because of an error. What was done is kept.',
    train: 'The training stopped because of an error. Search works as before.',
    project: 'Projecting stopped because of an error. Search works as before.',
    'encode-model': 'Preparing the model stopped because of an error. The model that was in use goes on.',
    install: 'The model could not be installed. Search works as before.'
  },
  cancelled: {
    train: 'The training was stopped. Search works as before.',
    project: 'Projecting was stopped. Search works as before.',
    'encode-model':
      'Preparing the model was stopped. The model that was in use goes on, and what was encoded is kept for the next time.',
    install: 'The download was stopped. What was fetched is kept: install the model again to go on.'
  },
  finished: {
    train: 'The training is finished.',
    project: 'Search uses the chosen version now.',
    'encode-model': 'Search uses the chosen model now.',
    install: 'The model is installed. Choose it to search with it.'
  }
} as const
