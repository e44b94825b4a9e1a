/**
 * Ways in with one bug each, planted to see whether the fuzzer finds it (test/fuzz/planted-bugs.test.ts), and one without.
 * Each is a mistake that is made in practice.
 */
import { decodeStrict, encodeStrict } from '../../../protocol/cbor.codec.ts';
import { parseLink, formatPairLink } from '../../../protocol/link.codec.ts';
import { decodeMessage, encodeMessage } from '../../../protocol/messages.codec.ts';
import { readCbor } from '../engine/cbor-tree.ts';
import { ACCEPTED, type Target, bytesTarget, mustBeBounded, mustHold, refusedWith, sameBytes, textTarget, valueTarget, verdictOf } from '../engine/target.ts';

const NO = refusedWith('no');

/** The first item of the bytes, whatever follows it: what decoders that read from a stream do. */
function firstItem(bytes: Uint8Array): unknown {
  for (let length = 1; length <= bytes.length; length++) {
    const item = decodeStrict(bytes.subarray(0, length));
    if (item.ok) return item.value;
  }
  return undefined;
}

/** Copies into itself whatever it is given, names and all. */
function merge(into: Record<string, unknown>, from: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(from)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) into[name] = value;
    else merge((into[name] ??= {}) as Record<string, unknown>, value as Record<string, unknown>);
  }
}

/** A state that a refusal must not touch. */
const settings: Record<string, unknown> = { theme: 'light' };

export const TARGETS: readonly Target[] = [
  bytesTarget('sound', {
    covers: [], form: 'cbor',
    run(bytes) {
      const message = decodeMessage(bytes);
      if (message.ok) mustHold(decodeMessage(encodeMessage(message.value)).ok, 'not read again');
      return verdictOf(message, ['peer_protocol']);
    },
  }),
  bytesTarget('takes-what-follows', {
    covers: [], form: 'cbor',
    run(bytes) {
      const value = firstItem(bytes);
      if (value === undefined) return NO;
      mustHold(sameBytes(encodeStrict(value), bytes), 'two encodings of one value');
      return ACCEPTED;
    },
  }),
  bytesTarget('takes-what-is-well-formed', {
    covers: [], form: 'cbor',
    run(bytes) {
      if (!readCbor(bytes)) return NO;
      // Well-formed is not the same as deterministic.
      mustHold(decodeStrict(bytes).ok, 'two encodings of one value');
      return ACCEPTED;
    },
  }),
  bytesTarget('believes-lengths', {
    covers: [],
    run(bytes) {
      if (bytes.length < 4) return NO;
      const count = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0);
      mustBeBounded(Array.from({ length: Math.min(count, 200_000) }, () => 'nothing is there'), bytes.length);
      return ACCEPTED;
    },
  }),
  bytesTarget('never-ends', {
    covers: [],
    run(bytes) {
      for (let at = 0; at < bytes.length; at += bytes[at] ?? 1) if (bytes[at] === 0xff) return NO;
      return ACCEPTED;
    },
  }),
  bytesTarget('keeps-everything', {
    covers: [],
    run(bytes) {
      const kept: string[] = [];
      for (let size = 1; bytes[0] === 0x80; size *= 2) kept.push('x'.repeat(1000).repeat(size));
      return ACCEPTED;
    },
  }),
  textTarget('pollutes', {
    covers: [], form: 'json',
    run(text) {
      try {
        merge({}, JSON.parse(text) as Record<string, unknown>);
      } catch {
        return NO;
      }
      return ACCEPTED;
    },
  }),
  valueTarget('throws', {
    covers: [],
    run(value) {
      const name = (value as { name?: string } | null | undefined)?.name;
      return name === undefined || name.trim() === '' ? NO : ACCEPTED;
    },
  }),
  textTarget('forgets-a-failure', {
    covers: [],
    run(text) {
      if (text.includes('%')) void Promise.reject(new Error('nobody is told'));
      return ACCEPTED;
    },
  }),
  valueTarget('half-refuses', {
    covers: [],
    run(value) {
      const before = JSON.stringify(settings);
      const refused = ((): boolean => {
        for (const [name, one] of Object.entries(value ?? {})) {
          if (name !== 'theme' || typeof one !== 'string') return true;
          settings[name] = one;
        }
        return false;
      })();
      mustHold(!refused || JSON.stringify(settings) === before, 'refused, and yet it has changed');
      return refused ? NO : ACCEPTED;
    },
  }),
  textTarget('reads-otherwise', {
    covers: [],
    run(text) {
      const link = parseLink(text.toLowerCase());
      if (link.ok) mustHold(formatPairLink(link.value) === text, 'a link is written otherwise than it was read');
      return verdictOf(link, ['bad_link']);
    },
  }),
];

export const targetsNamed = (names: readonly string[]): Target[] => names.flatMap((name) => TARGETS.filter((target) => target.name === name));
