import { bytes, count } from './formats.ts'

/** What the page says of files that ONNX Runtime left on this machine. */
export const leftoverWords = {
  title: 'Files of ONNX Runtime’s telemetry',
  what: (files: number, sizeBytes: number): string =>
    `ONNX Runtime, which runs Reverie’s models, kept a device id and a queue of reports here, and tried to send them to Microsoft. Reverie has switched that off. ${count(files, 'file', 'files')} of it (${bytes(sizeBytes)}) ${files === 1 ? 'is' : 'are'} still here. Other programs that use ONNX Runtime may have made some of them.`,
  which: 'Which files',
  delete: 'Delete them',
  keep: 'Keep them',
  done: (deleted: number, left: number): string =>
    left === 0
      ? `${count(deleted, 'file was', 'files were')} deleted.`
      : `${count(deleted, 'file was', 'files were')} deleted, ${count(left, 'file', 'files')} could not be. Nothing else was touched.`
}
