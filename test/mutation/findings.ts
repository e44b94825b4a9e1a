/** What a run found, in words and numbers, and whether the list of equivalent mutants is true. */
import { readFileSync } from 'node:fs';
import { EQUIVALENT } from './equivalent.ts';
import type { Mutant } from './mutants.ts';
import type { Outcome } from './trial.ts';

export interface Tried extends Mutant { readonly outcome: Outcome | { readonly is: 'uncovered' } }

interface Told { readonly file: string; readonly line: number; readonly column: number; readonly text: string; readonly change: string; readonly is: Tried['outcome']['is'] }

export interface Findings { readonly lines: readonly string[]; readonly summary: string; readonly counts: Readonly<Record<string, number>>; readonly score: number; readonly listIsTrue: boolean }

const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** A mutant in words: where it is, and what stands in place of what. */
function told({ file, start, end, replacement, outcome }: Tried, lines: readonly string[]): Told {
  const cut = lines.slice(start.line, end.line + 1);
  cut[cut.length - 1] = cut.at(-1)?.slice(0, end.column) ?? '';
  cut[0] = cut[0]?.slice(start.column) ?? '';
  return { file, line: start.line + 1, column: start.column + 1, text: lines[start.line] ?? '', change: `${onOneLine(cut.join('\n'))} → ${onOneLine(replacement)}`, is: outcome.is };
}

const isSurvivor = ({ is }: Told): boolean => is === 'survived' || is === 'uncovered';
const isNamed = ({ file, text, change }: Told): boolean => EQUIVALENT.some((known) => known.file === file && text.includes(known.line) && known.mutants.includes(change));

function tally(of: readonly Told[]) {
  const count = (wanted: Told['is']): number => of.filter(({ is }) => is === wanted).length;
  const [killed, timeouts, survived, uncovered] = [count('killed'), count('timeout'), count('survived'), count('uncovered')];
  return { mutants: of.length, killed, timeouts, survived, uncovered, score: of.length === 0 ? 100 : (100 * (killed + timeouts)) / of.length };
}

const percent = (score: number): string => `${(Math.floor(score * 10) / 10).toFixed(1)} %`;

/**
 * @param whole true if every mutant of each file was made, so that the list of equivalents can be held to the truth
 */
export function findingsOf(root: string, tried: readonly Tried[], whole: boolean): Findings {
  const sources = new Map<string, string[]>();
  const linesOf = (file: string): string[] => {
    const known = sources.get(file) ?? readFileSync(`${root}${file}`, 'utf8').split('\n');
    sources.set(file, known);
    return known;
  };
  const all = tried.map((mutant) => told(mutant, linesOf(mutant.file)));
  const equivalent = all.filter((mutant) => isSurvivor(mutant) && isNamed(mutant));
  const mutants = all.filter((mutant) => !equivalent.includes(mutant));
  const lines: string[] = [];
  const survivors = mutants.filter(isSurvivor).sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
  for (const { file, line, column, change, is } of survivors) lines.push(`${file}:${line}:${column}  ${change}${is === 'uncovered' ? '  (no test comes here)' : ''}`);
  if (survivors.length > 0) lines.push('');
  const files = [...new Set(all.map(({ file }) => file))].sort();
  for (const file of files) {
    const { mutants: made, survived, uncovered, score } = tally(mutants.filter((mutant) => mutant.file === file));
    lines.push(`${percent(score).padStart(8)}  ${String(made).padStart(4)} mutants, ${String(survived + uncovered).padStart(3)} left  ${file}`);
  }
  const named = EQUIVALENT.filter(({ file }) => files.includes(file)).flatMap(({ file, line, mutants: changes }) => changes.map((change) => ({ file, line, change })));
  const untrue = whole ? named.filter(({ file, line, change }) => !equivalent.some((mutant) => mutant.file === file && mutant.text.includes(line) && mutant.change === change)) : [];
  for (const { file, line, change } of untrue) lines.push(`Not equivalent any more, or gone: ${file}: ${line}: ${change}`);
  const { mutants: made, killed, timeouts, survived, uncovered, score } = tally(mutants);
  return {
    lines, score, listIsTrue: untrue.length === 0,
    summary: `${made} mutants, ${killed} killed, ${timeouts} timeouts, ${survived} survived, ${uncovered} without coverage: score ${percent(score)}`,
    counts: { mutants: made, killed, timeouts, survived, withoutCoverage: uncovered, equivalent: equivalent.length },
  };
}
