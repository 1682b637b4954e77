// Whether the addon was built with sanitizers: scripts/sanitize says so by SANITIZE=1.
const told = new Set<string>()

/** False under sanitizers, and then it says why the tests that ask are skipped. */
export function withoutSanitizer(reason: string): boolean {
  if (process.env['SANITIZE'] !== '1') return true
  if (!told.has(reason)) process.stderr.write(`tests are skipped under sanitizers: ${reason}\n`)
  told.add(reason)
  return false
}
