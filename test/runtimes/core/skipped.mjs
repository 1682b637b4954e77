/** What a check throws that this system cannot run. */
export class Skipped extends Error {}

/** Ends a check, with the reason. */
export function skip(reason) {
  throw new Skipped(reason)
}
