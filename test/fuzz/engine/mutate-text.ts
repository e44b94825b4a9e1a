/** Changes to text: characters that are not what they seem, and parts between separators moved, left out or said twice. */
import type { Chance } from './chance-of.ts';
import { ODD_TEXTS } from './odd-values.ts';

/** As for bytes; a text is at most four times as many of them. */
const MAX_CHARS = 96 * 1024;

type Change = (text: string, chance: Chance, other: string) => string;

/** Where the texts that we read have their joints: links, addresses, JSON, headers, paths, arguments. */
const JOINT = /([/?&=:;,.@#\s"{}[\]()<>%+-]+)/;

const pieceOf = (text: string, { below }: Chance): [number, number] => {
  const from = below(text.length + 1);
  return [from, Math.min(text.length, from + 1 + below(below(4) === 0 ? text.length + 1 : 6))];
};

/** Does something with the parts between joints. */
const withParts = (work: (parts: string[], chance: Chance, others: string[]) => void): Change => (text, chance, other) => {
  const parts = text.split(JOINT);
  work(parts, chance, other.split(JOINT));
  return parts.join('');
};

const TEXT_CHANGES: Readonly<Record<string, Change>> = {
  'set a character': (text, { below, of }) => {
    const at = below(text.length);
    return text.slice(0, at) + (below(2) ? String.fromCharCode(of([below(128), below(0x300), 0xd800 + below(0x800), below(0x10000)])) : of(ODD_TEXTS).slice(0, 2)) + text.slice(at + 1);
  },
  'change the case': (text, { below }) => {
    const at = below(text.length);
    const letter = text.charAt(at);
    return text.slice(0, at) + (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()) + text.slice(at + 1);
  },
  'put in': (text, { below, of }) => {
    const at = below(text.length + 1);
    return text.slice(0, at) + of(ODD_TEXTS) + text.slice(at);
  },
  'take out': (text, chance) => {
    const [from, to] = pieceOf(text, chance);
    return text.slice(0, from) + text.slice(to);
  },
  'say twice': (text, chance) => {
    const [from, to] = pieceOf(text, chance);
    return text.slice(0, to) + text.slice(from, to).repeat(chance.below(12) === 0 ? 1 + chance.below(500) : 1) + text.slice(to);
  },
  'cut off': (text, { below }) => text.slice(0, below(text.length + 1)),
  'join with another': (text, { below }, other) => text.slice(0, below(text.length + 1)) + other.slice(below(other.length + 1)),
  'replace a part': withParts((parts, { below, of }) => { parts[below(parts.length)] = of(ODD_TEXTS); }),
  'leave a part out': withParts((parts, { below }) => { parts.splice(below(parts.length), 1 + below(2)); }),
  'say a part twice': withParts((parts, { below }) => {
    const at = below(parts.length);
    parts.splice(at, 0, ...parts.slice(at, at + 2));
  }),
  'swap two parts': withParts((parts, { below }) => {
    const [a, b] = [below(parts.length), below(parts.length)];
    [parts[a], parts[b]] = [parts[b] ?? '', parts[a] ?? ''];
  }),
  'take a part of another': withParts((parts, { below, of }, others) => { parts[below(parts.length)] = of(others); }),
  'spell otherwise': withParts((parts, { below, of }) => {
    const at = below(parts.length);
    const part = parts[at] ?? '';
    parts[at] = of([() => encodeURIComponent(part.toWellFormed()), () => [...part].map((c) => `%${c.charCodeAt(0).toString(16)}`).join(''), () => part.normalize('NFD'), () => part.normalize('NFKD'), () => ` ${part} `, () => part.toUpperCase()])();
  }),
};

const changes = Object.values(TEXT_CHANGES);

export function mutateText(text: string, chance: Chance, other: string): string {
  const changed = text === '' ? chance.of(ODD_TEXTS) : chance.of(changes)(text, chance, other);
  return changed.slice(0, MAX_CHARS);
}
