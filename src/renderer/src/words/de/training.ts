import type { JobStatus } from '../../../../shared/jobs.ts'
import type {
  Difference,
  Device,
  JudgedFigures,
  PairReason,
  PairsAnswer,
  ProjectorStatus,
  Readiness,
  RunPoint,
  Verdict
} from '../../../../shared/learning.ts'
import type { Chart, CurveName } from '../../layout/curves.ts'
import { pairSources } from '../pair-sources.ts'
import { count, formats, list, number, percent, span } from './formats.ts'
import { progressWords } from './progress.ts'

const { curveValue, loss, share, signed } = formats

export const deviceNames: Readonly<Record<Device, string>> = {
  cpu: 'Prozessor (CPU)',
  webgpu: 'Grafikkarte (WebGPU)',
  cuda: 'NVIDIA-Grafikkarte (CUDA)',
  dml: 'Grafikkarte (DirectML)',
  coreml: 'Apple-Grafik (Core ML)'
}

const reasons: Readonly<Record<PairReason, string>> = {
  confirmed: 'Von dir bestätigt',
  description: 'Beschreibung',
  title: 'Titel',
  keywords: 'Schlagwörter',
  'alt-text': 'Alternativtext',
  embed: 'In einer Notiz gezeigt',
  wikilink: 'Wikilink',
  link: 'Link',
  'same-name': 'Gleichnamige Notiz',
  sidecar: 'Begleitdatei',
  'file-name': 'Dateiname'
}

/** In the dative, after 'aus'. */
const sources: Readonly<Record<PairReason, string>> = {
  confirmed: 'deinen Bestätigungen',
  description: 'Beschreibungen',
  title: 'Titeln',
  keywords: 'Schlagwörtern',
  'alt-text': 'Alternativtexten',
  embed: 'Notizen, die sie zeigen',
  wikilink: 'Links',
  link: 'Links',
  'same-name': 'gleichnamigen Notizen',
  sidecar: 'Begleitdateien',
  'file-name': 'Dateinamen'
}

const levels: Readonly<Record<Readiness['level'], string>> = {
  none: 'noch nicht genug',
  few: 'genug für den Anfang',
  enough: 'genug'
}

/** '312 Paare aus Beschreibungen, Links und Begleitdateien; genug'. */
export function readinessSentence({ counts, readiness }: Pick<PairsAnswer, 'counts' | 'readiness'>): string {
  if (readiness.pairs === 0) return 'Noch keine Paare aus einem Foto und seinen Wörtern'
  const { listed, more } = pairSources(counts, sources)
  const named = more === 0 ? listed : [...listed, `${number(more)} weiteren`]
  const from = named.length === 0 ? '' : ` aus ${list(named)}`
  return `${count(readiness.pairs, 'Paar', 'Paare')}${from}; ${levels[readiness.level]}`
}

/** '+0,034 (95-%-Intervall +0,012 bis +0,057)'. */
export const gainSentence = ({ mean, low, high }: Difference): string =>
  `${signed(mean)} (95-%-Intervall ${signed(low)} bis ${signed(high)})`

export const versionName = (version: ProjectorStatus): string =>
  version.createdMs === null ? trainingWords.history.own : formats.when(version.createdMs)

export const trainingWords = {
  title: 'Mit meiner Bibliothek trainieren',
  short: 'Trainieren',
  resultIsThere: 'Trainingsergebnis',
  open: (job: JobStatus | null, hasResult: boolean): string => {
    if (job !== null) return `Mit meiner Bibliothek trainieren: ${progressWords.short(job)}`
    return hasResult ? 'Mit meiner Bibliothek trainieren: Ein Ergebnis liegt vor' : 'Mit meiner Bibliothek trainieren'
  },
  lead: 'Reverie lernt, welche Wörter du für welche Bilder verwendest. Das Gelernte wird nur übernommen, wenn es mehr Fotos aus Notizen und zu Themen findet, die beim Training zurückgehalten wurden, und ein Klick nimmt es zurück. Nichts verlässt dieses Gerät.',

  readiness: {
    title: 'Was es zu lernen gibt',
    meter: 'Lernstoff',
    counting: 'Paare aus Fotos und Wörtern werden gezählt …',
    groups: ({ photos, different, groups }: Readiness): string => {
      const counted =
        different < photos
          ? `${count(photos, 'Foto', 'Fotos')} mit Wörtern; davon unterscheiden sich ${number(different)} genug, um zu zählen.`
          : `${count(photos, 'Foto', 'Fotos')} mit Wörtern.`
      return groups < different
        ? `${counted} Sie gehören zu ${count(groups, 'Notiz oder Thema', 'Notizen oder Themen')}; daran wird beurteilt, was gelernt wurde.`
        : counted
    },
    missing: ({ level, missing, missingGroups }: Readiness): string | null => {
      if (level === 'none' && missing === 0)
        return `Es ${missingGroups === 1 ? 'fehlt' : 'fehlen'} noch ${count(missingGroups, 'Notiz oder Thema', 'Notizen oder Themen')}, um zu erkennen, ob etwas gelernt wurde. Fotos aus einer Notiz und Fotos mit fast denselben Wörtern zählen einmal.`
      if (level === 'none')
        return `Es ${missing === 1 ? 'fehlt' : 'fehlen'} noch ${count(missing, 'Foto', 'Fotos')} mit Wörtern. Serien und Fotos, die sich gleichen, zählen einmal.`
      if (level === 'few')
        return `Mit ${count(missing, 'weiteren Foto', 'weiteren Fotos')} lernt es auch, ein Foto zu erkennen, das auf der Seite liegt.`
      return null
    },
    mark: { few: 'genug für den Anfang', enough: 'genug' },
    advice: 'Was hilft',
    advices: [
      'Im Fotoprogramm Beschreibungen, Titel oder Schlagwörter vergeben. Sie werden aus den Dateien und aus Begleitdateien gelesen.',
      'Fotos in Notizen zeigen, mit Alternativtext oder Bildunterschrift, oder einer Notiz den Namen ihres Fotos geben.',
      'Ordner mit solchen Fotos und Notizen zur Bibliothek hinzufügen.'
    ]
  },

  start: {
    button: 'Mit meiner Bibliothek trainieren',
    starting: 'Startet …',
    noModel:
      'Kein Modell ist installiert, also gibt es nichts zu trainieren. Zuerst ein Modell installieren; die Suche nach Wörtern geht weiter.',
    noCommonSpace:
      'Das Modell kann Bilder und Wörter noch nicht vergleichen, also gibt es nichts zu verbessern. Ein anderes Modell kann es; die Suche geht weiter wie bisher.',
    training: 'Ein Training läuft.',
    busy: 'Gerade läuft etwas anderes. Abwarten oder zuerst abbrechen.',
    tooFew: ({ missing, missingGroups }: Readiness): string =>
      missing > 0
        ? `Zuerst ${missing === 1 ? 'fehlt' : 'fehlen'} noch ${count(missing, 'Foto', 'Fotos')} mit Wörtern.`
        : `Zuerst ${missingGroups === 1 ? 'fehlt' : 'fehlen'} noch ${count(missingGroups, 'Notiz oder Thema', 'Notizen oder Themen')} mit Fotos.`
  },

  device: {
    title: 'Gerät',
    auto: 'Automatisch',
    autoDetail: 'Das schnellste, das seinen Selbsttest besteht, sonst der Prozessor.',
    summary: (device: Device | 'auto'): string =>
      `Trainiert auf: ${device === 'auto' ? 'automatische Wahl' : deviceNames[device]}`,
    testing: 'Die Geräte dieses Rechners werden getestet …',
    untested: 'Die Geräte wurden nicht getestet.',
    again: 'Erneut testen',
    rate: (stepsPerSecond: number): string => `${count(Math.round(stepsPerSecond), 'Schritt', 'Schritte')} pro Sekunde`,
    fails: 'nicht verwendbar',
    runs: ({ device, stepsPerSecond, step, steps, secondsLeft }: RunPoint, isRunning: boolean): string =>
      isRunning
        ? `Schritt ${number(step)} von ${number(steps)} auf: ${deviceNames[device]}, ${trainingWords.device.rate(stepsPerSecond)}, noch etwa ${span(secondsLeft)}`
        : `${count(step, 'Schritt', 'Schritte')} auf: ${deviceNames[device]}, ${trainingWords.device.rate(stepsPerSecond)}`
  },

  curves: {
    title: { running: 'Dieses Training', of: 'Ihr Training' },
    show: 'Wie sie trainiert wurde',
    waiting: 'Der erste Punkt kommt bald.',
    chart: {
      validation: 'Suche mit Validierungspaaren',
      losses: 'Verluste',
      probes: 'Was eine frische Probe noch unterscheiden kann'
    } satisfies Record<Chart['name'], string>,
    detail: {
      validation: 'MRR: 1, wenn immer das Richtige zuerst kommt. Höher ist besser.',
      losses: 'Nach Teilen, gemittelt zwischen zwei Punkten.',
      probes: 'Anteil, den sie richtig errät. Je näher am Zufall (den blassen Linien), desto besser.'
    } satisfies Record<Chart['name'], string>,
    name: {
      validation: 'MRR',
      pair: 'Paare',
      label: 'Etiketten',
      structure: 'Struktur',
      anchor: 'Fotos anderer',
      modality: 'Modalität',
      rotation: 'Drehung',
      discriminator: 'Diskriminator',
      modalityProbe: 'Foto oder Text',
      rotationProbe: 'Wo oben ist'
    } satisfies Record<CurveName, string>,
    chance: (value: number): string => `Zufall ${loss(value)}`,
    step: 'Schritt',
    table: 'Dasselbe als Tabelle',
    summary: (chart: Chart): string => {
      const curves = chart.curves.flatMap(({ name, values }) => {
        const measured = values.filter(value => value !== null)
        const [first, last] = [measured.at(0), measured.at(-1)]
        if (first === undefined || last === undefined) return []
        return [`${trainingWords.curves.name[name]} von ${curveValue(name, first)} bis ${curveValue(name, last)}`]
      })
      return `${trainingWords.curves.chart[chart.name]}: ${curves.length === 0 ? 'noch nichts gemessen' : curves.join('; ')}`
    }
  },

  verdict: {
    title: 'Vorher und nachher',
    heldOut: ({ judged, heldOutPhotos, before, after }: Verdict): string => {
      if (judged === null)
        return `Von einem älteren Reverie beurteilt, weniger streng: an ${count(heldOutPhotos, 'zurückgehaltenen Foto', 'zurückgehaltenen Fotos')}, auch aus Notizen, aus denen gelernt wurde, und nur unter diesen Fotos.`
      const { captions, groups, gallery } = judged
      return `Von ${count(captions, 'Beschreibung', 'Beschreibungen')} aus ${count(groups, 'Notiz oder zu einem Thema', 'Notizen oder zu Themen')}, die es nicht kannte, finden jetzt ${share(after.textToImage.r10)} ihr Foto unter den ersten zehn von ${number(gallery)}; vorher waren es ${share(before.textToImage.r10)}.`
    },
    how: ({ turns, isAgainstVersion }: NonNullable<Verdict['judged']>): string =>
      `Beurteilt in ${count(turns, 'Durchgang', 'Durchgängen')}, jeweils an Notizen und Themen, die dessen Training nicht kannte; verglichen mit ${isAgainstVersion ? 'der Version, die damals antwortete' : 'der eigenen Abbildung des Modells'}.`,
    known: 'Neue Fotos aus bekannten Notizen',
    knownDetail: ({ photos, mrrGain }: JudgedFigures): string =>
      `${gainSentence(mrrGain)} an MRR, für ${count(photos, 'Foto', 'Fotos')}. Das zeigt, was behalten wurde, und entscheidet nichts.`,
    needed: (groups: number, needed: number): string =>
      `Die Bibliothek ist zu klein, um es zu wissen: ${count(groups, 'Notiz oder Thema wurde', 'Notizen und Themen wurden')} beurteilt, und etwa ${number(needed)} würden einen Gewinn dieser Größe vom Zufall unterscheiden.`,
    state: {
      candidate: 'Wird geprüft',
      waiting: 'Angenommen; gilt, sobald die Bibliothek umgerechnet ist',
      active: 'Angenommen und in Gebrauch',
      retired: 'Angenommen; zurzeit nicht in Gebrauch',
      rejected: 'Nicht übernommen'
    } satisfies Record<ProjectorStatus['state'], string>,
    direction: { textToImage: 'Wörter finden ihr Foto', imageToText: 'Ein Foto findet seine Wörter' },
    before: 'Vorher',
    after: 'Nachher',
    change: 'Änderung',
    figure: { r1: 'Kommt zuerst', r5: 'Unter den ersten 5', r10: 'Unter den ersten 10', mrr: 'MRR' },
    figureCode: { r1: 'R@1', r5: 'R@5', r10: 'R@10', mrr: 'Mittel von 1 / Rang' },
    gain: 'Gewinn an MRR, beide Richtungen',
    blended: (amount: number): string =>
      amount === 0
        ? 'Nichts vom Gelernten war mit den Validierungspaaren besser.'
        : `${percent(amount)} des Gelernten sind in die anfängliche Abbildung gemischt; mehr davon war mit den Validierungspaaren nicht besser.`,
    general: 'Über deine Bibliothek hinaus',
    generalDetail: (before: number, after: number): string =>
      `${share(before)} vorher, ${share(after)} nachher, unter den ersten 10. Das bewahrt, was das Modell schon konnte.`,
    keep: 'Behalten',
    kept: 'Behalten. Unter „Verlauf“ geht es jederzeit zurück zu einer älteren Version.',
    rollBack: 'Zurücknehmen',
    rolledBack: 'Zurückgenommen. Die Suche verwendet die Version von vorher.',
    rollingBack: 'Wird zurückgenommen …',
    dismiss: 'Schließen'
  },

  changes: {
    title: (n: number): string => `${count(n, 'Frage', 'Fragen')} mit anderen Antworten`,
    detail: 'Eigene Texte, die beim Training zurückgehalten wurden. Das zugehörige Foto hat jeweils einen Rahmen.',
    rank: (before: number, after: number): string => `Rang ${number(before)} → ${number(after)}`,
    rankSpoken: (before: number, after: number): string =>
      `Das zugehörige Foto war auf Rang ${number(before)} und ist jetzt auf Rang ${number(after)}`,
    before: 'Vorher',
    after: 'Nachher',
    photos: (when: string, place: number): string =>
      place === 0
        ? `${when}: Das zugehörige Foto ist nicht unter den ersten`
        : `${when}: Das zugehörige Foto ist Nummer ${number(place)}`,
    more: (n: number): string => `${number(n)} weitere zeigen`
  },

  history: {
    title: 'Verlauf',
    detail: 'Jede Version bleibt auf diesem Gerät. Ein Wechsel kodiert nichts neu.',
    own: 'Die eigene Abbildung des Modells',
    table: 'Tabelle der Versionen',
    none: 'Es wurde noch nichts trainiert. Die Suche verwendet die eigene Abbildung des Modells.',
    columns: {
      date: 'Version',
      state: 'Stand',
      pairs: 'Paare',
      gain: 'Gewinn an MRR',
      device: 'Gerät',
      seconds: 'Dauer',
      actions: 'Aktionen'
    },
    state: {
      candidate: 'wird geprüft',
      waiting: 'wird umgerechnet',
      active: 'in Gebrauch',
      retired: 'nicht in Gebrauch',
      rejected: 'nicht übernommen'
    } satisfies Record<ProjectorStatus['state'], string>,
    gain: ({ mean, low, high }: Difference): { readonly mean: string; readonly interval: string } => ({
      mean: signed(mean),
      interval: `${signed(low)} bis ${signed(high)}`
    }),
    seconds: (seconds: number): string => span(seconds),
    unknown: '–',
    use: 'Verwenden',
    useNamed: (name: string): string => `Verwenden: ${name}`,
    details: 'Details',
    detailsNamed: (name: string): string => `Details: ${name}`,
    detailsTitle: (name: string): string => `Version: ${name}`,
    switched: 'Die Suche verwendet jetzt die gewählte Version.',
    facts: (seed: number | null, pairHash: string | null): string =>
      [
        ...(seed === null ? [] : [`Startwert ${seed}`]),
        ...(pairHash === null ? [] : [`Paare ${pairHash.slice(0, 12)}`])
      ].join(' · ')
  },

  pairs: {
    title: 'Paare',
    detail: 'Was Reverie für ein Foto und seine Wörter hält. Dein Wort zählt mehr als das, was gefunden wurde.',
    show: 'Paare ansehen',
    reason: reasons,
    filter: 'Herkunft',
    all: (n: number): string => `Alle (${number(n)})`,
    option: (reason: PairReason, n: number): string => `${reasons[reason]} (${number(n)})`,
    first: (shown: number, of: number): string =>
      shown < of
        ? `Die ersten ${number(shown)} von ${number(of)}, die sichersten zuerst.`
        : `${count(of, 'Paar', 'Paare')}, die sichersten zuerst.`,
    none: 'Keine Paare von dort.',
    confirm: 'Gehören zusammen',
    reject: 'Gehören nicht zusammen',
    named: (does: string, text: string): string => `${does}: ${text}`,
    confirmed: 'Bestätigt',
    rejected: 'Abgelehnt: wird nicht gelernt',
    undo: 'Zurücknehmen'
  }
}
