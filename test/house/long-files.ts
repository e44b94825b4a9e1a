/** Files of more than 300 lines, each with the reason why it is one file. */
export const LONG_FILES: Readonly<Record<string, string>> = {
  'test/simulation/world/host.ts': 'one simulated computer: its disk, register, clock and power fail together',
};
