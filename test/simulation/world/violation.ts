/** What the simulator finds wrong. */
export type ViolationKind =
  | 'conservation' | 'went-back' | 'other-bytes' | 'too-early' | 'order' | 'not-consumed' | 'lapsed' | 'reappeared' | 'stopped' | 'opened' | 'went-on'
  | 'unsettled' | 'endings' | 'audit' | 'fork-proof' | 'endless' | 'crash'
  | 'readable' | 'loan' | 'consent'
  | 'credited-twice' | 'two-lineages' | 'doubled';

export class Violation extends Error {
  readonly kind: ViolationKind;
  constructor(kind: ViolationKind, message: string) {
    super(message);
    this.name = 'Violation';
    this.kind = kind;
  }
}

/** @throws Violation unless `holds` */
export function expectThat(holds: boolean, kind: ViolationKind, otherwise: () => string): asserts holds {
  if (!holds) throw new Violation(kind, otherwise());
}
