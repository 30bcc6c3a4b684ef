import type { WorkerPort } from './port.ts'

/** A worker's way to its host: Electron gives a utility process `process.parentPort`, Node a forked child `process.send`. */
export function hostPort(): WorkerPort {
  const electron = (process as { parentPort?: ElectronPort }).parentPort
  if (electron !== undefined)
    return {
      post: message => electron.postMessage(message),
      onMessage: listener => electron.on('message', event => listener(event.data))
    }
  // The host is gone: there is nobody to work for.
  process.on('disconnect', () => process.exit(0))
  return {
    post: message => void process.send?.(message),
    onMessage: listener => void process.on('message', listener)
  }
}

interface ElectronPort {
  postMessage(message: unknown): void
  on(name: 'message', listener: (event: { data: unknown }) => void): void
}
