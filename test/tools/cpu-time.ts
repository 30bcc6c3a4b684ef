/** What this process computes meanwhile, in milliseconds: unlike the time on the wall it does not grow while other programs run. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
