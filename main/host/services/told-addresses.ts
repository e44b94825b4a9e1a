/**
 * Which of a wallet's addresses a link or a code names (design §6): loopback leads to the reader's own computer, so it is
 * named only where there is nothing else, as between two wallets on one computer. Pure.
 */

const LOOPBACK = /^\/(ip4\/127\.|ip6\/::1\/)/;

/** The addresses without loopback, in their order; all of them if there is no other. */
export function worthTelling(addresses: readonly string[]): readonly string[] {
  const others = addresses.filter((address) => !LOOPBACK.test(address));
  return others.length > 0 ? others : addresses;
}
