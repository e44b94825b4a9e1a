/**
 * What is being put together before a copy is lent, given or sold, and the steps through it:
 *
 *   person ─▶ until when, or for how much ─▶ review ─▶ (offered)
 */
export const DEEDS = ['lend', 'give', 'sell'] as const;
export type Deed = (typeof DEEDS)[number];
export type HandOverStep = 'person' | 'until' | 'price' | 'review';

/** A gift has nothing to settle but to whom. */
export const STEPS: Readonly<Record<Deed, readonly HandOverStep[]>> = { lend: ['person', 'until', 'review'], give: ['person', 'review'], sell: ['person', 'price', 'review'] };

export interface HandOverDraft {
  contact: string;
  /** A loan's last day; empty for one without a date. */
  day: string;
  currency: string;
  /** Minor units. */
  amount: string | null;
  memo: string;
}

export const stepAfter = (deed: Deed, step: HandOverStep): HandOverStep => STEPS[deed][STEPS[deed].indexOf(step) + 1] ?? 'review';
