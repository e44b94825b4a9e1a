/**
 * Every bound of the carrier, each with its reason (design §4, §6; assurance rows 38–40). libp2p's own defaults allow
 * far more than a wallet on a local network needs. Sizes in bytes, times in milliseconds.
 */

/** The one protocol that vaults' frames travel by. A new major version is a new id. */
export const VAULT_PROTOCOL = '/tallystick/vault/1';

/** Ciphertext of publications travels by this one, beside the vault's. */
export const CONTENT_PROTOCOL = '/tallystick/content/1';

/** Questions for ciphertext on one connection, each way: two under way (main/host/library/fetching.ts), and as many whose end the other side has not heard yet. */
export const MAX_CONTENT_STREAMS = 4;

/** No whole chunk for this long, or no room for the next piece of one: the other side is gone, does not read, or trickles; asked again, or another is asked. Six kilobytes a second are enough, and with two questions under way twelve. */
export const CONTENT_STALL_MS = 45_000;

/** Connections of any kind: MAX_SESSIONS of the vault (256) is the ceiling; a table of people needs a tenth of this. */
export const MAX_CONNECTIONS = 128;

/** Connections from one address: one computer, or one household behind a router; leaves room for three more like it. */
export const MAX_CONNECTIONS_PER_ADDRESS = 32;

/** Connections to one PeerId: one not noticed dead yet, one closing, and both sides dialling at once. */
export const MAX_CONNECTIONS_PER_PEER = 4;

/** Handshakes under way at once: each costs an X25519 and a buffer. */
export const MAX_HALF_OPEN = 32;

/** Handshakes under way from one address, so that one host cannot take all of MAX_HALF_OPEN. */
export const MAX_HALF_OPEN_PER_ADDRESS = 8;

/** New connections a second from one address: above a whole table's wallets reconnecting through one router. */
export const MAX_NEW_CONNECTIONS_PER_SECOND = 16;

/** Sockets the kernel may hand us, finished or not: what the limits above sum to, with room to refuse politely. */
export const MAX_SOCKETS = 192;

/** Streams the other side may have open on one connection: the vault's, four for ciphertext, identify, a ping, and one closing. */
export const MAX_STREAMS_PER_CONNECTION = 8;

/** Vault streams on one connection: a link has its own connection, so that the end of one is the end of the other. */
export const MAX_VAULT_STREAMS = 1;

/** A handshake takes three round trips; a slow laptop on bad Wi-Fi needs less than a second of this. */
export const HANDSHAKE_TIMEOUT_MS = 5_000;

/** One address: a host that is there answers a LAN dial in milliseconds; one on another network may take a second or two. */
export const ADDRESS_DIAL_TIMEOUT_MS = 3_000;

/** All addresses of one peer together: longer than this a person has given up. */
export const DIAL_TIMEOUT_MS = 10_000;

/** Dials under way at once: after waking up everybody is dialled, but not in one burst. */
export const MAX_DIALS = 16;

/** Addresses tried for one peer: two interfaces, IPv4 and IPv6, old and new. */
export const MAX_ADDRESSES_PER_PEER = 8;

/** Longest address text: a DNS name (253) and a PeerId (at most 100) with their prefixes. */
export const MAX_ADDRESS_CHARS = 400;

/** A connection on which no vault stream was opened by then is of no use to a wallet. */
export const IDLE_CONNECTION_MS = 15_000;

/** Frames that are sent at once leave in pieces of about this: libp2p encrypts up to 64 KB as one. */
export const MAX_TOGETHER_BYTES = 60 * 1024;

/** Unsent bytes of one link before it is closed: about 64 of the largest frames; more means the other side is not reading. */
export const MAX_SEND_QUEUE_BYTES = 4 * 1024 * 1024;

/** Unsent bytes that have not become fewer for this long: the other side holds the link without reading it. */
export const SEND_STALL_MS = 30_000;

/** What a stream may have in flight towards us: yamux's own minimum, so that a paused reader costs 256 KB and no more. */
export const STREAM_WINDOW_BYTES = 256 * 1024;

/** Frames kept for a link whose listener is not attached yet; past this the stream is paused. */
export const MAX_UNHEARD_FRAMES = 16;

/** How long a closing link may take to hand over what it still holds. */
export const CLOSE_TIMEOUT_MS = 2_000;

/** How often an idle connection is asked whether it lives; a pulled cable is noticed within this and the answer's time. */
export const PING_INTERVAL_MS = 5_000;

/** Time for that answer: generous, since a busy laptop must not lose its links. */
export const PING_TIMEOUT_MS = 8_000;

/** Time for the same answer right after waking up, when the person is waiting. */
export const REFRESH_TIMEOUT_MS = 3_000;

/** Two links to one peer that arose within this time are the result of both sides dialling at once. */
export const RIVAL_WINDOW_MS = 5_000;
