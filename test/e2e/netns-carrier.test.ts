/**
 * Carriers as real processes in network namespaces without internet (assurance rows 24, 39, 40). No default route and no
 * multicast route anywhere: what works here works on a switch with two laptops.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_HINTS_PER_SENDER } from '../../main/host/network/discovery-limits.ts';
import { type NetnsHost, type NetnsNetwork, createNetnsNetwork, netnsAvailable } from '../support/netns.ts';
import type { CarrierCommand, CarrierProcessOptions } from '../support/carrier-process.ts';
import { type Told, toldLines } from '../support/told-lines.ts';

const missing = netnsAvailable();
if (missing) console.warn(`SKIPPED: carriers in network namespaces: ${missing}`);

describe.skipIf(missing !== null)('Carriers in network namespaces', () => {
  let network: NetnsNetwork;
  let folder: string;
  let folders = 0;

  const start = async (host: NetnsHost, options: Partial<CarrierProcessOptions> = {}) => {
    const full: CarrierProcessOptions = { dataDir: join(folder, String(++folders)), discovery: true, keep: true, ...options };
    const child = host.spawn(process.execPath, [join(import.meta.dirname, '../support/carrier-process.ts'), JSON.stringify(full)], { stdio: ['pipe', 'pipe', 'pipe'] });
    const lines = toldLines(child);
    const ready = await lines.next('ready');
    return { ...lines, child, peerId: String(ready['peerId']), addresses: ready['addresses'] as string[], tell: (command: CarrierCommand) => lines.send(command) };
  };
  type Started = Awaited<ReturnType<typeof start>>;
  const flood = async (host: NetnsHost, mode: string, target: Started): Promise<Told> => {
    const [, , ip, , port] = target.addresses[0]!.split('/') as [string, string, string, string, string];
    const script = join(import.meta.dirname, '../support/flood-process.ts');
    return toldLines(host.spawn(process.execPath, [script, mode, ip, port, target.peerId, host.address], { stdio: ['pipe', 'pipe', 'pipe'] })).next('flooding');
  };
  const linkBetween = (a: Started, b: Started) =>
    Promise.all([a.next('link', (line) => line['peer'] === b.peerId), b.next('link', (line) => line['peer'] === a.peerId)]);
  /** A frame there and back again, whoever dialled. */
  const talk = async (a: Started, b: Started, text: string) => {
    a.tell({ do: 'send', to: b.peerId, text });
    await b.next('frame', (line) => line['from'] === a.peerId && line['text'] === text);
    b.tell({ do: 'send', to: a.peerId, text: `${text} back` });
    await a.next('frame', (line) => line['from'] === b.peerId && line['text'] === `${text} back`);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tallystick-netns-'));
    network = createNetnsNetwork({ hosts: 3 });
  });
  afterEach(() => {
    network.tearDown();
    rmSync(folder, { recursive: true, force: true });
  });

  it('find each other, talk, lose the cable, and talk again', async () => {
    const [left, right] = network.hosts as [NetnsHost, NetnsHost];
    const [alice, bob] = await Promise.all([start(left), start(right)]);
    await linkBetween(alice, bob);
    await talk(alice, bob, 'before');
    right.pullCable();
    const ends = await Promise.all([alice.next('close'), bob.next('close')]);
    expect(ends.map((end) => end['code'])).toEqual(['peer_unreachable', 'peer_unreachable']);
    bob.tell({ do: 'discovery' });
    expect((await bob.next('discovery'))['discovery']).toMatchObject({ state: 'unavailable', trouble: { code: 'not_supported', params: { reason: 'no_network' } } });
    right.plugCable();
    await bob.next('network', (line) => JSON.stringify(line['addresses']).includes(right.address));
    await linkBetween(alice, bob);
    await talk(alice, bob, 'after');
    bob.tell({ do: 'discovery' });
    expect((await bob.next('discovery'))['discovery']).toEqual({ state: 'on', trouble: null });
  });

  it('notice a wall that lets the cable stay up, and get over it when it falls', async () => {
    const [left, right] = network.hosts as [NetnsHost, NetnsHost];
    const [alice, bob] = await Promise.all([start(left), start(right)]);
    await linkBetween(alice, bob);
    right.block();
    await Promise.all([alice.next('close'), bob.next('close')]);
    right.unblock();
    await linkBetween(alice, bob);
    await talk(alice, bob, 'over the wall');
  });

  it('call a killed wallet lost, not gone in peace, and link to it when it is started again', async () => {
    const [left, right] = network.hosts as [NetnsHost, NetnsHost];
    const dataDir = join(folder, 'bob');
    const [alice, bob] = await Promise.all([start(left), start(right, { dataDir })]);
    await linkBetween(alice, bob);
    bob.child.kill('SIGKILL');
    expect((await alice.next('close'))['code']).toBe('peer_unreachable');
    const again = await start(right, { dataDir });
    expect(again.addresses).toEqual(bob.addresses);
    await linkBetween(alice, again);
    await talk(alice, again, 'welcome back');
  });

  it('follow a computer to its new address', async () => {
    const [left, right] = network.hosts as [NetnsHost, NetnsHost];
    const [alice, bob] = await Promise.all([start(left), start(right)]);
    await linkBetween(alice, bob);
    const moved = right.address.replace(/\d+$/, '200');
    right.run('ip', 'addr', 'del', `${right.address}/24`, 'dev', 'eth0');
    right.run('ip', 'addr', 'add', `${moved}/24`, 'dev', 'eth0');
    const changed = await bob.next('network', (line) => JSON.stringify(line['addresses']).includes(moved));
    expect((changed['addresses'] as string[])[0]).toBe(`/ip4/${moved}/tcp/${bob.addresses[0]!.split('/')[4]}/p2p/${bob.peerId}`);
    await alice.next('hint', (line) => JSON.stringify(line['hint']).includes(moved));
    await linkBetween(alice, bob);
    await talk(alice, bob, 'moved');
  });

  it('are not found while hidden, and are reached by address all the same', async () => {
    const [left, right, third] = network.hosts as [NetnsHost, NetnsHost, NetnsHost];
    const [alice, hidden, other] = await Promise.all([start(left, { keep: false }), start(right, { discovery: false, keep: false }), start(third, { keep: false })]);
    await alice.next('hint', (line) => JSON.stringify(line).includes(other.peerId));
    await other.next('hint', (line) => JSON.stringify(line).includes(alice.peerId));
    expect([...alice.left('hint'), ...other.left('hint')].filter((line) => JSON.stringify(line).includes(hidden.peerId))).toEqual([]);
    alice.tell({ do: 'dial', hint: { peerId: hidden.peerId, addresses: hidden.addresses, foundBy: 'address' } });
    await linkBetween(alice, hidden);
    hidden.tell({ do: 'setDiscovery', on: true });
    await other.next('hint', (line) => JSON.stringify(line).includes(hidden.peerId));
  });

  it.each([
    // As with a firewall on this computer, multicast does not come in, not even one's own: no group may be joined.
    ['blocked', async (host: NetnsHost): Promise<void> => void host.run('sh', '-c', 'echo 0 > /proc/sys/net/ipv4/igmp_max_memberships')],
    ['port_taken', async (host: NetnsHost): Promise<void> => {
      const script = `require('dgram').createSocket({ type: 'udp4' }).bind(5353, '0.0.0.0', () => console.log('{"event":"taken"}'))`;
      await toldLines(host.spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'pipe'] })).next('taken');
    }],
  ] as const)('say what to do when finding is %s, and link by address', async (reason, spoil) => {
    const [left, right] = network.hosts as [NetnsHost, NetnsHost];
    await spoil(left);
    const [alice, bob] = await Promise.all([start(left, { keep: false }), start(right, { keep: false })]);
    await expect.poll(async () => {
      alice.tell({ do: 'discovery' });
      return (await alice.next('discovery'))['discovery'];
    }, { timeout: 30_000 }).toMatchObject({ state: 'unavailable', trouble: { code: 'not_supported', detail: expect.stringMatching(/QR code/), params: { reason } } });
    alice.tell({ do: 'dial', hint: { peerId: bob.peerId, addresses: bob.addresses, foundBy: 'address' } });
    await linkBetween(alice, bob);
  });

  it.each(['half-open', 'streams'])('serve a contact, old and new, while a neighbour floods them with %s', async (mode) => {
    const [left, right, bad] = network.hosts as [NetnsHost, NetnsHost, NetnsHost];
    const [alice, bob] = await Promise.all([start(left, { keep: false, discovery: false }), start(right, { keep: false, discovery: false })]);
    alice.tell({ do: 'dial', hint: { peerId: bob.peerId, addresses: bob.addresses, foundBy: 'address' } });
    await linkBetween(alice, bob);
    bob.tell({ do: 'memory' });
    const before = Number((await bob.next('memory'))['rss']);
    const told = await flood(bad, mode, bob);
    for (let n = 0; n < 20; n++) await talk(alice, bob, `${mode} ${n}`);
    expect(alice.left('close')).toEqual([]);
    const fresh = await start(left, { keep: false, discovery: false });
    fresh.tell({ do: 'dial', hint: { peerId: bob.peerId, addresses: bob.addresses, foundBy: 'address' } });
    await linkBetween(fresh, bob);
    await talk(fresh, bob, 'newcomer');
    bob.tell({ do: 'memory' });
    const after = Number((await bob.next('memory'))['rss']);
    console.log(`${mode}: ${JSON.stringify(told)}, resident ${Math.round(before / 1e6)} → ${Math.round(after / 1e6)} MB`);
    expect(after - before).toBeLessThan(150e6);
  });

  it('keep a forged crowd to its share, and still find the real neighbour', async () => {
    const [left, right, bad] = network.hosts as [NetnsHost, NetnsHost, NetnsHost];
    const alice = await start(left, { keep: false });
    await flood(bad, 'hints', alice);
    const bob = await start(right, { keep: false });
    await alice.next('hint', (line) => JSON.stringify(line).includes(bob.peerId));
    alice.tell({ do: 'memory' });
    expect(Number((await alice.next('memory'))['seen'])).toBeLessThanOrEqual(MAX_HINTS_PER_SENDER + 1);
    expect(alice.left('hint').filter((line) => JSON.stringify(line).includes('/10.0.0.1/'))).toEqual([]);
  });
});
