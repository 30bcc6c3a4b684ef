import { contextBridge, ipcRenderer } from 'electron'
import type { Bridge } from '../shared/wire.ts'
import { connectPort } from './port.ts'

/** All that the page gets from us: no Node, no Electron, no channel of its choice. */
const bridge: Bridge = {
  ...connectPort({
    post: message => ipcRenderer.send('engine', message),
    onMessage(listener) {
      const listen = (_event: unknown, message: unknown): void => listener(message)
      ipcRenderer.on('engine', listen)
      return () => void ipcRenderer.off('engine', listen)
    }
  }),
  pickFolder: () => ipcRenderer.invoke('pick-folder') as Promise<string | null>,
  reveal: itemId => ipcRenderer.invoke('reveal', itemId) as Promise<void>,
  mediaUrl: (size, itemId) => `media://item/${size}/${itemId}`
}

contextBridge.exposeInMainWorld('reverie', bridge)
