/** Files of more than 300 lines, each with the reason why it is one file. */
export const LONG_FILES: Readonly<Record<string, string>> = {
  'test/simulation/world/host.ts': 'one simulated computer: its disk, register, clock and power fail together',
  'test/unit/vault/loan-steps.test.ts': 'one machine message by message; each case is read beside its neighbours',
  'test/unit/vault/pairing-steps.test.ts': 'one machine message by message; each case is read beside its neighbours',
  'test/unit/vault/receiving.test.ts': 'one machine frame by frame; each case is read beside its neighbours',
  'test/unit/vault/sending.test.ts': 'one machine frame by frame; each case is read beside its neighbours',
};
