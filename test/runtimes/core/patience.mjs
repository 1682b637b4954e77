/** How much longer than usual things may take: CORE_PATIENCE, for emulators. */
export const patience = Number(process.env.CORE_PATIENCE ?? 1)
