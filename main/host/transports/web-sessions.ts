/**
 * Who may use the local page: a one-time token from the printed address is exchanged for a session, whose secret lives in
 * a cookie. Everything is in memory and ends with the process. Another user of this computer learns neither.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Long enough to carry an address to another window, short enough to be worthless in a log. */
export const TOKEN_LIFE_MS = 10 * 60 * 1000;

/** Addresses printed and not yet opened; the oldest gives way. */
export const MAX_TOKENS = 8;

/** Browsers of one person at once; the oldest gives way. */
export const MAX_SESSIONS = 16;

export interface WebSessions {
  /** A new one-time token, 256 random bits. */
  issueToken(): string;
  /** Exchanges a token for a session secret; null if it is unknown, used or too old. */
  redeem(token: string): string | null;
  isSession(secret: string): boolean;
  /** What a page keeps for itself, beside the cookie: whoever was sent the one by a browser does not have the other. */
  keyOf(secret: string): string;
  isKey(secret: string, key: string): boolean;
}

// Only hashes are kept, so a look-up takes the same path whatever part of a guess is right.
const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64');
const newSecret = (): string => randomBytes(32).toString('base64url');

export function createWebSessions(now: () => number = Date.now): WebSessions {
  const tokens = new Map<string, number>();
  const sessions = new Set<string>();
  const keys = randomBytes(32);
  const keyOf = (secret: string): string => createHmac('sha256', keys).update(secret).digest('base64url');
  return {
    keyOf,
    isKey: (secret, key) => timingSafeEqual(createHash('sha256').update(key).digest(), createHash('sha256').update(keyOf(secret)).digest()),
    issueToken: () => {
      const token = newSecret();
      tokens.set(hashOf(token), now() + TOKEN_LIFE_MS);
      if (tokens.size > MAX_TOKENS) tokens.delete(tokens.keys().next().value ?? '');
      return token;
    },
    redeem: (token) => {
      const hash = hashOf(token);
      const until = tokens.get(hash);
      tokens.delete(hash);
      if (until === undefined || until < now()) return null;
      const secret = newSecret();
      sessions.add(hashOf(secret));
      if (sessions.size > MAX_SESSIONS) sessions.delete(sessions.keys().next().value ?? '');
      return secret;
    },
    isSession: (secret) => sessions.has(hashOf(secret)),
  };
}
