// Stops what the suites shared. It must end in an orderly way, or the run has failed.
export default async function stopSharedFanfare() {
  const { fanfare, redis } = (await globalThis[Symbol.for('fanfare.e2e.shared')]) ?? {};
  try {
    await fanfare?.stop();
  } finally {
    await redis?.stop();
  }
}
