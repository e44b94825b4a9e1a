/** Reads the documents for documents.test.ts: links, code spans, tables and sections of Markdown as it is written here. */
import { allFiles, textOf } from './source-tree.ts';

/** Every document, relative to the checkout. */
export const documents: readonly string[] = allFiles.filter((path) => path.endsWith('.md'));

/** Text without fenced blocks, in which nothing is a link or a code span. */
export const proseOf = (path: string): string => textOf(path).replace(/^```[\s\S]*?^```/gm, '');

/** What stands between single backticks. */
export const codeSpansOf = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

/** Targets of links and pictures. */
export const linksOf = (text: string): string[] => [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

/** The anchors that headings make, as the usual hosts of repositories make them. */
export const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-'));

/** Rows of the tables whose heading row begins with `| first |`, cell by cell, trimmed. */
export function tableRows(text: string, first: string): string[][] {
  const rows: string[][] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) inside = false;
    else if (line.startsWith(`| ${first} |`)) inside = true;
    else if (inside && !/^\|[-| ]+\|$/.test(line)) rows.push(line.split('|').slice(1, -1).map((cell) => cell.trim()));
  }
  return rows;
}

/** The text under the heading `title`, up to the next heading of any level; null if there is no such heading. */
export function sectionOf(text: string, title: string): string | null {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === title);
  if (start < 0) return null;
  const end = lines.findIndex((line, at) => at > start && /^#+ /.test(line));
  return lines.slice(start + 1, end < 0 ? undefined : end).join('\n');
}
