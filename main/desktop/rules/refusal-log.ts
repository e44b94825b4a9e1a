/**
 * Where a security rule says that it refused something: one line on stderr. Names the rule and what was asked for, cut
 * short; never a secret, because none of the rules sees one.
 */

/** Per rule and run: enough to see what goes on; a page that tries in a loop cannot fill a disk. */
const MAX_LINES_PER_RULE = 50;
/** A URL or method name is recognisable by then. */
const MAX_DETAIL_CHARS = 160;

const lines = new Map<string, number>();

/** Notes that `rule` refused `what`. */
export function noteRefusal(rule: string, what: string): void {
  const count = (lines.get(rule) ?? 0) + 1;
  lines.set(rule, count);
  if (count > MAX_LINES_PER_RULE) return;
  // Control characters could forge further lines or move a terminal's cursor.
  const plain = what.replace(/\p{Cc}/gu, '?').slice(0, MAX_DETAIL_CHARS);
  console.warn(`tallystick refused ${rule}: ${plain}${count === MAX_LINES_PER_RULE ? ' (further ones are not shown)' : ''}`);
}
