import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { release } from 'node:os'

/**
 * Which graphics cards there are and what drives them, as one line that changes when a card or a driver does. On Linux it is
 * what the kernel says of each card; elsewhere the version of the system alone, which drivers of macOS come with and those of
 * Windows do not.
 *
 * @param root  where `sys` and `proc` lie
 */
export async function graphicsKey(platform: NodeJS.Platform = process.platform, root = '/'): Promise<string> {
  if (platform !== 'linux') return release()
  const folder = join(root, 'sys/class/drm')
  const cards = (await readdir(folder).catch(() => [])).filter(name => /^(card|renderD)\d+$/.test(name)).sort()
  const read = (path: string): Promise<string> =>
    readFile(path, 'utf8').then(
      text => text.trim(),
      () => ''
    )
  const described = cards.map(async card => {
    const device = join(folder, card, 'device')
    const driver = await readlink(join(device, 'driver')).catch(() => '')
    return [card, await read(join(device, 'vendor')), await read(join(device, 'device')), basename(driver)].join(':')
  })
  // NVIDIA's driver is no part of the kernel; all others change with it.
  const nvidia = await read(join(root, 'proc/driver/nvidia/version'))
  return [release(), ...(await Promise.all(described)), ...nvidia.split('\n', 1)].join(' ').trim()
}
