import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findChromium } from './chromium.ts'

/** Environment variables of a process. */
export type Environment = Readonly<Record<string, string>>

/**
 * What a process must be started with, so that WebGPU finds a graphics card that is played in software: the SwiftShader that Chromium
 * brings along. Null where there is no Chromium, and off Linux. (Debian's own, lavapipe, is one that WebGPU refuses.)
 */
export function softwareGpu(): Environment | null {
  const chromium = findChromium()
  if (process.platform !== 'linux' || chromium === null) return null
  // Debian's program is a script that starts the one in the second folder.
  const folders = [dirname(realpathSync(chromium)), '/usr/lib/chromium', '/usr/lib/chromium-browser']
  const folder = folders.find(one => existsSync(join(one, 'vk_swiftshader_icd.json')))
  if (folder === undefined) return null
  // The folder has a libvulkan.so.1 too, for machines without one.
  return { VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: folder }
}

/** A machine without any graphics card. */
export const noGpu: Environment = { VK_ICD_FILENAMES: '/nowhere.json' }
