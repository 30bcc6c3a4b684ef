import { spawn } from 'node:child_process'
import { withUsualRights } from '../common/private-files.ts'

/** Opens an address in the person's browser. Where there is none, nothing happens: the address is printed, too. */
export function openBrowser(address: string): void {
  const [command, args]: [string, string[]] =
    process.platform === 'darwin'
      ? ['open', [address]]
      : process.platform === 'win32'
        ? ['rundll32', ['url.dll,FileProtocolHandler', address]]
        : ['xdg-open', [address]]
  // A browser that is started by this keeps what it is given: the person's downloads are not Reverie's files.
  const child = withUsualRights(() => spawn(command, args, { stdio: 'ignore', detached: true }))
  child.on('error', () => undefined)
  child.unref()
}
