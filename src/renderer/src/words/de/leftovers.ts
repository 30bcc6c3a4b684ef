import { bytes, count } from './formats.ts'

export const leftoverWords = {
  title: 'Dateien der Telemetrie von ONNX Runtime',
  what: (files: number, sizeBytes: number): string =>
    `ONNX Runtime, das die Modelle ausführt, hat hier eine Gerätekennung und eine Warteschlange von Meldungen angelegt und versucht, sie an Microsoft zu senden. Reverie hat das abgeschaltet. ${count(files, 'Datei', 'Dateien')} davon (${bytes(sizeBytes)}) ${files === 1 ? 'ist' : 'sind'} noch da. Andere Programme, die ONNX Runtime verwenden, können ebenfalls welche davon angelegt haben.`,
  which: 'Welche Dateien',
  delete: 'Löschen',
  keep: 'Behalten',
  done: (deleted: number, left: number): string =>
    left === 0
      ? `${count(deleted, 'Datei', 'Dateien')} gelöscht.`
      : `${count(deleted, 'Datei', 'Dateien')} gelöscht, ${count(left, 'Datei', 'Dateien')} nicht. Sonst wurde nichts angerührt.`
}
