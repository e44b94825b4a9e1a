/**
 * Bounds of finding each other by multicast DNS: anybody on the network may send anything, so what arrives is a hint,
 * few in number and short-lived (assurance row 40). Times in milliseconds.
 */

/** Tallystick's own service: other libp2p applications neither see nor answer it. */
export const SERVICE_TAG = '_tallystick._udp.local';

/** Peers remembered at once: a lecture hall's front rows; a list longer than this helps nobody. */
export const MAX_HINTS = 64;

/** Peers that one sender's address may claim to be: wallets on one computer, with room; not enough to fill MAX_HINTS. */
export const MAX_HINTS_PER_SENDER = 16;

/** A hint that has not been renewed for this long is forgotten (the record's own time to live, RFC 6762 §10). */
export const HINT_LIFETIME_MS = 120_000;

/** An unchanged sighting is passed on at most this often. */
export const HINT_REPEAT_MS = 2_000;

/** Packets with our tag from one sender looked at in a second: a share of its own, so that one flood drowns nobody else. */
export const MAX_PACKETS_PER_SENDER = 32;

/** Senders that get such a share in one second; bounds the bookkeeping when sender addresses are forged. */
export const MAX_SENDERS_PER_SECOND = 64;

/** Answers in a packet that are looked at: ours has two. */
export const MAX_ANSWERS = 16;

/** Pauses between questions to the network, the last one for ever: quick at first (RFC 6762 §5.2), then every ten seconds. */
export const QUERY_PAUSES_MS = [1_000, 2_000, 10_000] as const;

/** Answers to questions are bundled to one in this time (RFC 6762 §6 asks for a second; people wait for this one). */
export const ANSWER_INTERVAL_MS = 250;

/** Unheard own questions in a row before discovery is called blocked: a lost packet or two is ordinary. */
export const MAX_UNHEARD_QUERIES = 2;

/** Interfaces that get a socket: laptops have three or four; container hosts dozens of useless ones. */
export const MAX_INTERFACES = 8;
