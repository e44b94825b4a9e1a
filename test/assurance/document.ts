/**
 * Makes docs/ASSURANCE.md from the rows and the recorded runs. Nothing in it is written by hand, and a test compares the
 * file with what is made here, so it cannot go stale.
 */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type RecordedRun, TOOLS, type ToolName, recordedRun } from './recorded-runs.ts';
import { type Guard, KINDS, type NamedTest, type Row } from './row.ts';
import { rows as allRows } from './rows.ts';

const HEAD = `# Assurance

The project's assurance matrix, row by row: an attack or a fault, what must come of it, the guard in the code that sees to
it, and the test that fails when the guard is taken out. \`npm run assurance\` takes out each guard in a throw-away copy of
the sources, runs the named tests, and counts as noticed only those whose own assertion fails. This page is made by
\`npm run assurance -- --only-generate\` and compared with its sources by \`npm test\`.

A row that waits for something says for what. What each tier is worth, and what nothing here protects from, is in
[THREAT_MODEL.md](THREAT_MODEL.md).
`;

/** Text inside a cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
/** A title may hold what Markdown reads as markup. */
const plain = (text: string): string => cell(text).replace(/[\\`*_<>[\]]/g, '\\$&');

const link = (file: string): string => `[${basename(file)}](../${file})`;
const guardText = (guard: Guard): string => `${link(guard.file)} › \`${cell(guard.function)}\``;
const testText = (test: NamedTest): string => `${link(test.file)} “${plain(test.name)}”`;

function resultOf({ number, guards }: Row, recorded: RecordedRun | null): string {
  if (guards.length === 0) return '';
  const noticed = recorded?.counts[`row ${number}`];
  if (noticed === undefined) return 'not recorded yet';
  return noticed === guards.length ? `${noticed} of ${guards.length} noticed` : `**${noticed} of ${guards.length} noticed**`;
}

/** One line for each guard; what they have in common stands in the first. */
function rowLines(row: Row, recorded: RecordedRun | null): string[] {
  const state = [...(row.status === 'credits' ? [] : [`**${row.status}**`]), resultOf(row, recorded)].filter((text) => text !== '').join('; ');
  const first = `| ${row.number} | ${plain(row.attack)} | ${plain(row.expected)}`;
  if (row.guards.length === 0) return [`${first} | | | ${state} |`];
  return row.guards.map((guard, at) => `${at === 0 ? first : '| | |'} | ${guardText(guard)}: ${plain(guard.what)} | ${guard.tests.map(testText).join('; ')} | ${at === 0 ? state : ''} |`);
}

/** What a row lacks, and its tests by kind; null where there is nothing to say. */
function further(row: Row): string | null {
  const also = row.also ?? [];
  if (!row.lacking && also.length === 0) return null;
  const lines = [`**${row.number}. ${plain(row.attack)}**`, ''];
  if (row.lacking) lines.push(`- Not there: ${plain(row.lacking)}`);
  for (const test of also) lines.push(`- ${test.kind === 'case' ? '' : `${test.kind}: `}${testText(test)}`);
  return `${lines.join('\n')}\n`;
}

/** A summary that lists a lot is shown by its beginning and its end; all of it is in its file. */
const LONG_SUMMARY_CHARS = 240;
function summaryOf({ name, printed }: RecordedRun): string {
  const parts = printed.split('; ');
  return printed.length <= LONG_SUMMARY_CHARS || parts.length < 3 ? plain(printed) : `${plain(parts[0] ?? '')}; [all of it](assurance/${name}.json); ${plain(parts.at(-1) ?? '')}`;
}

function toolLine(name: ToolName, recorded: RecordedRun | null): string {
  return `| ${name} | ${TOOLS[name]} | ${recorded ? `\`${cell(recorded.command)}\`` : ''} | ${recorded ? summaryOf(recorded) : 'not recorded yet'} |`;
}

export function assuranceDocument(rows: readonly Row[] = allRows, recorded: (name: ToolName) => RecordedRun | null = recordedRun): string {
  const guards = recorded('guards');
  const waiting = rows.filter(({ status }) => status !== 'credits');
  const legend = Object.entries(KINDS).filter(([kind]) => kind !== 'case').map(([kind, what]) => `${kind}, ${what}`).join('; ');
  return [
    HEAD,
    '## What the tools counted last\n',
    '| tool | what it does | command | what it printed |',
    '|---|---|---|---|',
    ...(Object.keys(TOOLS) as ToolName[]).map((name) => toolLine(name, recorded(name))),
    '',
    '## The matrix\n',
    `${rows.reduce((sum, row) => sum + row.guards.length, 0)} guards. Rows that wait for something: ${waiting.map(({ number, status }) => `${number} (${status})`).join(', ')}.\n`,
    '| # | attack or fault | expected | guard | test that fails without it | result |',
    '|---|---|---|---|---|---|',
    ...rows.flatMap((row) => rowLines(row, guards)),
    '',
    '## What else is tried, and what is not there\n',
    `Letters are the matrix’s: ${legend}.\n`,
    rows.flatMap((row) => further(row) ?? []).join('\n'),
  ].join('\n');
}

/** Writes the page. */
export function writeAssuranceDocument(): void {
  writeFileSync(new URL('../../docs/ASSURANCE.md', import.meta.url), assuranceDocument());
}
