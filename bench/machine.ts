// The machine that the figures are of.
import { arch, cpus, platform, release } from 'node:os'

const processors = cpus()

/** Names the file of its results: linux-x64-2cores. */
export const machineName = `${platform()}-${arch()}-${processors.length}cores`

/** What a reader of the results wants to know of it. */
export const machine = {
  processor: processors[0]?.model ?? 'unknown',
  cores: processors.length,
  system: `${platform()} ${release()}`,
  node: process.version,
}
