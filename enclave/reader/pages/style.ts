/**
 * The style sheet that a person's layout settings come to. It stands against the book's own, so everything in it is marked
 * important; what is not set stays as the book has it. Only checked numbers and fixed words get into it.
 */
import { type Layout, UPRIGHT_MARGIN } from '../../../protocol/contracts/reader.contract.ts';

const FAMILY = { serif: 'serif', sans: 'sans-serif', mono: 'monospace' } as const;
/** Text that is set in columns keeps its own face. */
const CODE = 'pre, pre *, code, code *, kbd, samp, tt';
const RUNNING_TEXT = 'body, div, section, article, p, li, dd, dt, blockquote, td, th';

export function styleOf({ width, margin, lineSpacing, typeface }: Layout): string {
  const side = (width * margin).toFixed(1);
  const top = (width * margin * UPRIGHT_MARGIN).toFixed(1);
  const rules = [`@page { margin: ${top}pt ${side}pt !important; }`, 'html, body { margin: 0 !important; padding: 0 !important; }'];
  if (lineSpacing !== null) rules.push(`${RUNNING_TEXT} { line-height: ${lineSpacing.toFixed(2)} !important; }`);
  if (typeface !== 'book') rules.push(`* { font-family: ${FAMILY[typeface]} !important; }`, `${CODE} { font-family: monospace !important; }`);
  return rules.join('\n');
}
