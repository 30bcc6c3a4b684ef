import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { graphicsKey } from '../../../src/main/engine/features/learning/graphics.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'

test('the key changes with a card, with its driver and with NVIDIA’s version, and with nothing else', async () => {
  const root = temporaryFolder()
  const key = () => graphicsKey('linux', root)
  const keys = [await key()]
  const device = join(root, 'sys/class/drm/card0/device')
  mkdirSync(device, { recursive: true })
  mkdirSync(join(root, 'sys/class/drm/card0-HDMI-A-1'))
  writeFileSync(join(device, 'vendor'), '0x10de\n')
  writeFileSync(join(device, 'device'), '0x2204\n')
  keys.push(await key())
  symlinkSync('../../../bus/pci/drivers/nvidia', join(device, 'driver'))
  keys.push(await key())
  mkdirSync(join(root, 'proc/driver/nvidia'), { recursive: true })
  const version = join(root, 'proc/driver/nvidia/version')
  writeFileSync(version, 'NVRM version: 550.54\nGCC version: 12\n')
  keys.push(await key())
  writeFileSync(version, 'NVRM version: 550.90\nGCC version: 12\n')
  keys.push(await key())
  expect(new Set(keys).size).toBe(keys.length)
  writeFileSync(version, 'NVRM version: 550.90\nGCC version: 13\n')
  expect(await key()).toBe(keys.at(-1))
})

test('this machine has a key that stays', async () => {
  expect(await graphicsKey()).not.toBe('')
  expect(await graphicsKey()).toBe(await graphicsKey())
})
