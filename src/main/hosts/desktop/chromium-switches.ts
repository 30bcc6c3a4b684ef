/**
 * What Chromium is told before it starts, so that a window reaches nothing but Reverie.
 *
 * A list of switches that are known from Chrome (`disable-component-update`, `disable-background-networking`,
 * `disable-domain-reliability`, `no-pings`, `disable-breakpad`) would promise more than it does: Electron 45 reads none of them. The
 * services behind them are not in Electron at all (`shell/browser/browser_process_impl.cc` has none of the component updater, Safe
 * Browsing, network time, variations, GCM; its metrics have no uploader; secure DNS is off). Crash reports are sent only after
 * `crashReporter.start`, updates are looked for only after `autoUpdater`, and neither is imported.
 * What is left can ask for names and for a proxy, and is stopped where all of it has to pass.
 *
 * @param developmentUrl  the development server's address, which is reached all the same; null in the app that people have
 * @see https://www.electronjs.org/docs/latest/api/command-line-switches
 */
function chromiumSwitches(developmentUrl: string | null): readonly (readonly [name: string, value: string])[] {
  const excluded = developmentUrl === null ? '' : `, EXCLUDE ${new URL(developmentUrl).hostname}`
  return [
    // No name leads anywhere, addresses that are written as numbers included.
    ['host-resolver-rules', `MAP * ~NOTFOUND${excluded}`],
    // Otherwise a system that finds its proxy by itself is asked for it, and asks the network for “wpad”.
    ['no-proxy-server', '']
  ]
}

/** @param commandLine  Electron's, before the app is ready */
export function quietChromium(
  commandLine: { appendSwitch(name: string, value?: string): void },
  developmentUrl: string | null
): void {
  for (const [name, value] of chromiumSwitches(developmentUrl)) {
    if (value === '') commandLine.appendSwitch(name)
    else commandLine.appendSwitch(name, value)
  }
}
