/**
 * How much is measured. FULL is what a run on an idle machine does, in several minutes; QUICK does a little of everything, to
 * see that everything can still be measured: its numbers mean nothing.
 */
export interface Plan {
  readonly disk: { readonly times: number };
  readonly wire: { readonly roundTrips: number; readonly pipelined: number; readonly pipelines: number; readonly streams: number; readonly streamBytes: number; readonly connections: number };
  readonly step: { readonly transfers: number; readonly sealings: number };
  /** `pairings`: each with a wallet that is made for it. */
  readonly meet: { readonly sessions: number; readonly pairings: number };
  readonly transfer: { readonly lone: number; readonly runs: number; readonly perRun: (inFlight: number) => number };
  /** Packages in each journal; the first is the floor of the others. */
  readonly open: { readonly packages: readonly number[]; readonly openings: number };
  readonly books: { readonly bytes: number; readonly runs: number };
  /** `sample`: a real book, where the sample books are; otherwise a short one that is made. */
  readonly pages: { readonly sample: boolean; readonly firsts: number; readonly turns: number };
  /** `calmMs`: by then what was needed for starting has been given back. */
  readonly memory: { readonly calmMs: number; readonly samples: number; readonly everyMs: number };
  readonly start: { readonly times: number };
}

const MIB = 1024 * 1024;

export const FULL: Plan = {
  disk: { times: 300 },
  wire: { roundTrips: 500, pipelined: 4_000, pipelines: 5, streams: 5, streamBytes: 64 * MIB, connections: 30 },
  step: { transfers: 400, sealings: 2_000 },
  meet: { sessions: 30, pairings: 6 },
  // A second or two of work for each number in flight.
  transfer: { lone: 150, runs: 3, perRun: (inFlight) => (inFlight === 1 ? 200 : inFlight === 8 ? 1_000 : 4_000) },
  open: { packages: [1_000, 10_000, 100_000], openings: 9 },
  books: { bytes: 64 * MIB, runs: 5 },
  pages: { sample: true, firsts: 5, turns: 60 },
  memory: { calmMs: 5_000, samples: 20, everyMs: 250 },
  start: { times: 7 },
};

/** As FULL, with the journal that takes minutes to make and gigabytes to keep. */
export const BIG: Plan = { ...FULL, open: { ...FULL.open, packages: [...FULL.open.packages, 1_000_000] } };

export const QUICK: Plan = {
  disk: { times: 10 },
  wire: { roundTrips: 5, pipelined: 100, pipelines: 1, streams: 1, streamBytes: 4 * MIB, connections: 2 },
  step: { transfers: 10, sealings: 20 },
  meet: { sessions: 2, pairings: 1 },
  transfer: { lone: 3, runs: 1, perRun: () => 8 },
  open: { packages: [20, 40], openings: 1 },
  books: { bytes: MIB, runs: 1 },
  pages: { sample: false, firsts: 1, turns: 1 },
  memory: { calmMs: 0, samples: 2, everyMs: 50 },
  start: { times: 1 },
};
