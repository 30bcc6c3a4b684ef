import type { JobStatus } from '../../../../shared/jobs.ts'
import { secondsLeft } from '../../state/jobs.svelte.ts'
import { bytes, count, formats, number, percent, span } from './formats.ts'

const units: Readonly<Record<JobStatus['stage'], readonly [one: string, many: string]>> = {
  scan: ['Datei', 'Dateien'],
  encode: ['Datei', 'Dateien'],
  finish: ['Datei', 'Dateien'],
  pairs: ['Paar', 'Paare'],
  turn: ['Foto', 'Fotos'],
  train: ['Schritt', 'Schritte'],
  prove: ['Paar', 'Paare'],
  project: ['Eintrag', 'Einträge'],
  prepare: ['Eintrag', 'Einträge'],
  download: ['Byte', 'Byte']
}

export const progressWords = {
  title: {
    index: 'Indexierung',
    train: 'Training',
    project: 'Umrechnung',
    'encode-model': 'Modell wird vorbereitet',
    install: 'Modell wird installiert'
  } satisfies Record<JobStatus['kind'], string>,
  stage: {
    scan: 'Sucht nach Fotos und Notizen',
    encode: 'Liest und kodiert',
    finish: 'Schließt ab',
    pairs: 'Sammelt Paare aus Fotos und Wörtern',
    turn: 'Kodiert die Fotos, um 90°, 180° und 270° gedreht',
    train: 'Trainiert',
    prove: 'Prüft an Paaren, die zurückgehalten wurden',
    project: 'Rechnet die Bibliothek um',
    prepare: 'Kodiert die Bibliothek mit dem neuen Modell; bis dahin antwortet das bisherige',
    download: 'Lädt und prüft die Dateien'
  } satisfies Record<JobStatus['stage'], string>,
  paused: 'Angehalten',
  bar: {
    index: 'Fortschritt der Indexierung',
    train: 'Fortschritt des Trainings',
    project: 'Fortschritt der Umrechnung',
    'encode-model': 'Fortschritt der Vorbereitung des Modells',
    install: 'Fortschritt der Installation'
  },
  of: (job: JobStatus): string =>
    job.stage === 'download' && job.total !== null
      ? `${bytes(job.done)} von ${bytes(job.total)}`
      : job.total === null
        ? count(job.done, ...units[job.stage])
        : `${number(job.done)} von ${number(job.total)}`,
  failed: (n: number): string => `${number(n)} fehlgeschlagen`,
  rate: (perSecond: number, stage: JobStatus['stage'] = 'encode'): string =>
    `${stage === 'download' ? bytes(perSecond) : formats.roughly(perSecond)} pro Sekunde`,
  left: (job: JobStatus): string | null => {
    const seconds = secondsLeft(job)
    return seconds === null ? null : `noch etwa ${span(seconds)}`
  },
  pause: 'Anhalten',
  resume: 'Fortsetzen',
  cancel: 'Abbrechen',
  short: (job: JobStatus): string => {
    const done = job.total === null || job.total === 0 ? '' : ` ${percent(job.done / job.total)}`
    return job.state === 'paused' ? `Angehalten${done}` : `${progressWords.title[job.kind]}${done}`
  },
  outcome: (job: JobStatus): string => {
    const lost = (job.unreachable ?? 0) === 0 ? '' : `, ${number(job.unreachable ?? 0)} nicht erreichbar`
    const failed = `${job.failed === 0 ? '' : `, ${number(job.failed)} fehlgeschlagen`}${lost}`
    if (job.outcome === 'error') return job.message ?? outcomes.error[job.kind]
    if (job.outcome === 'cancelled')
      return job.kind === 'index'
        ? `Nach ${count(job.done, 'Datei', 'Dateien')} abgebrochen${failed}. Was fertig war, bleibt erhalten.`
        : outcomes.cancelled[job.kind]
    if (job.kind !== 'index') return outcomes.finished[job.kind]
    return job.done === 0
      ? 'Alles ist auf dem neuesten Stand.'
      : `Fertig: ${count(job.done, 'Datei', 'Dateien')}${failed}.`
  }
}

const outcomes = {
  error: {
    index: 'Die Indexierung wurde durch einen Fehler beendet. Was fertig war, bleibt erhalten.',
    train: 'Das Training wurde durch einen Fehler beendet. Die Suche geht weiter wie bisher.',
    project: 'Die Umrechnung wurde durch einen Fehler beendet. Die Suche geht weiter wie bisher.',
    'encode-model':
      'Die Vorbereitung des Modells wurde durch einen Fehler beendet. Das bisherige Modell bleibt in Gebrauch.',
    install: 'Das Modell konnte nicht installiert werden. Die Suche geht weiter wie bisher.'
  },
  cancelled: {
    train: 'Das Training wurde abgebrochen. Die Suche geht weiter wie bisher.',
    project: 'Die Umrechnung wurde abgebrochen. Die Suche geht weiter wie bisher.',
    'encode-model':
      'Die Vorbereitung des Modells wurde abgebrochen. Das bisherige bleibt in Gebrauch; was schon kodiert ist, bleibt für das nächste Mal erhalten.',
    install:
      'Das Herunterladen wurde abgebrochen. Was schon da ist, bleibt: Eine erneute Installation macht dort weiter.'
  },
  finished: {
    train: 'Das Training ist fertig.',
    project: 'Die Suche verwendet jetzt die gewählte Version.',
    'encode-model': 'Die Suche verwendet jetzt das gewählte Modell.',
    install: 'Das Modell ist installiert. Wähle es aus, um damit zu suchen.'
  }
} as const
