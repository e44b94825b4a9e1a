/** Parts of the build that a test runs against; made here only if they are missing or out of date. */
export async function ensureBuilt(...parts: string[]): Promise<void> {
  const build = (await import(new URL('../../scripts/build.mjs', import.meta.url).href)) as { ensureBuilt(parts: string[]): Promise<void> };
  await build.ensureBuilt(parts);
}
