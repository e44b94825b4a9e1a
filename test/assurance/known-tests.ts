/** Tests that several rows name. */
import type { NamedTest } from './row.ts';

const CRASH_POINTS = 'test/simulation/crash-points.test.ts';

type Story = 'pairing' | 'offer, accept, commit, ack' | 'commit under a rule' | 'decline' | 'cancel' | 'request and pay' | 'redeem';

export const powerFails = (story: Story): NamedTest => ({ kind: 'E', file: CRASH_POINTS, name: `power fails › at every moment of “${story}”` });
export const diskFails = (story: Story): NamedTest => ({ kind: 'E', file: CRASH_POINTS, name: `the disk fails › at every write of “${story}”` });
export const everyFrame = (story: Story): NamedTest => ({ kind: 'E', file: 'test/simulation/every-message.test.ts', name: `every frame › of “${story}”` });

export const simulated: NamedTest = { kind: 'S', file: 'test/simulation/simulator.test.ts', name: 'two to five vaults in a world full of faults › lose, double and contradict nothing, and settle once it heals' };
export const histories: NamedTest = { kind: 'S', file: 'test/simulation/conservation.test.ts', name: 'three vaults › conserve every credit through random histories' };
export const explored: NamedTest = { kind: 'X', file: 'test/simulation/state-space.test.ts', name: 'small vaults › conserve and settle in every state that can be reached within the bounds' };
/** A vault without one of its rules, in the state space and in the simulator: both find out. */
export const exploredWithout = (rule: string): NamedTest => ({ kind: 'X', file: 'test/simulation/state-space.test.ts', name: `small vaults › are found out without a rule: ${rule}` });
export const simulatedWithout = (rule: string): NamedTest => ({ kind: 'S', file: 'test/simulation/simulator.test.ts', name: `a vault without › ${rule} is caught` });

/** What a target of the fuzzer must answer, whatever it is given (test/fuzz/targets). */
export const fuzzed = (...targets: readonly string[]): NamedTest[] => targets.map((target) => ({ kind: 'F', file: 'test/fuzz/fuzz.test.ts', name: `whatever comes in at › ${target} is taken or refused as it should be` }));
/** That nothing which takes data from outside is without a target. */
export const fuzzedAll = (what: string): NamedTest => ({ kind: 'F', file: 'test/fuzz/registry.test.ts', name: `the fuzzer has a target for › ${what}` });

/** A test in a file under test/. */
export const named = (kind: NamedTest['kind'], path: string, name: string): NamedTest => ({ kind, file: `test/${path}.test.ts`, name });
