/**
 * Two wallets in two network namespaces joined by a bridge, with no way to the internet: the whole of what two people with
 * two laptops do, and what happens to cables, addresses and power meanwhile (assurance rows 24, 39, 40).
 */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pair } from '../../cli/demo/story.ts';
import { ensureBuilt } from '../support/built.ts';
import { netnsAvailable } from '../support/netns.ts';
import { type NetnsWallets, createNetnsWallets } from '../support/netns-wallets.ts';
import { type WalletProcess, acceptByRule, balanceOf, contactOf, meet, need, soon } from '../support/wallet-process.ts';

const missing = netnsAvailable();
if (missing) console.warn(`SKIPPED: wallets in network namespaces: ${missing}`);

describe.skipIf(missing !== null)('two wallets on a switch without internet', () => {
  let room: NetnsWallets;
  beforeAll(() => ensureBuilt('enclave'));
  beforeEach(async () => { room = await createNetnsWallets(3); });
  afterEach(() => room.tearDown());

  const nearbyOf = async (of: WalletProcess, who: WalletProcess) => (await need(of.client['network.status']({}))).nearby.find(({ peerId }) => peerId === who.peerId) ?? null;
  const stateOf = async (of: WalletProcess, id: string): Promise<string> => (await need(of.client['transfers.get']({ id }))).state;
  const inStrangers = async (of: WalletProcess, who: WalletProcess): Promise<true | null> =>
    (await need(of.client['people.strangers']({}))).some(({ instance }) => instance === who.instance) ? true : null;
  const ended = (of: WalletProcess, id: string): Promise<string> => soon(of, 'the transfer to end', async () => {
    const state = await stateOf(of, id);
    return ['offered', 'accepted', 'in-transit'].includes(state) ? null : state;
  });
  const books = async (wallet: WalletProcess, currency: string): Promise<[held: string, inTransit: string]> => {
    const { held, inTransit } = await balanceOf(wallet, currency);
    return [held, inTransit];
  };

  /** Found by mDNS, paired by words, and Ben has 40 of Ada's 100; up to 50 more he takes without being asked. */
  async function befriended(): Promise<{ ada: WalletProcess; ben: WalletProcess; currency: string }> {
    const [ada, ben] = await Promise.all([room.begin('Ada', 0), room.begin('Ben', 1)]);
    // Nobody was told an address: what they know of each other came by multicast.
    await soon(ada, 'Ben to be seen', async () => ((await nearbyOf(ada, ben))?.foundBy === 'mdns' && (await inStrangers(ada, ben)) ? true : null));
    await soon(ben, 'Ada to be seen', () => inStrangers(ben, ada));
    const words = await pair({ ada, ben });
    expect(words.length).toBeGreaterThanOrEqual(3);
    const { id: currency } = await need(ada.client['credits.createCurrency']({ code: 'GLD', decimals: 0, name: 'Gold' }));
    await need(ada.client['credits.issue']({ currency, amount: '100' }));
    const { id } = await need(ada.client['transfers.send']({ contact: ben.instance, currency, amount: '40' }));
    await soon(ben, 'the offer', async () => ((await need(ben.client['transfers.pending']({}))).some((offer) => offer.id === id) ? true : null));
    await need(ben.client['transfers.accept']({ id }));
    expect(await ended(ada, id)).toBe('done');
    await acceptByRule(ada, ben, [currency], '50');
    return { ada, ben, currency };
  }

  /** Sends 10 and sees it through. */
  async function pays(from: WalletProcess, to: WalletProcess, currency: string): Promise<string> {
    const { id } = await need(from.client['transfers.send']({ contact: to.instance, currency, amount: '10' }));
    return await ended(from, id);
  }

  /** Waits until Ada commits without asking: Ben's rule has reached her. */
  const ruleKnown = (ada: WalletProcess, ben: WalletProcess, currency: string): Promise<true> =>
    soon(ada, 'the rule', async () => {
      const { id, state } = await need(ada.client['transfers.send']({ contact: ben.instance, currency, amount: '1' }));
      expect(await ended(ada, id)).toBe('done');
      return state === 'in-transit' ? true : null;
    });

  it('find each other, pair, pay; cut between COMMIT and ACK, unplugged and killed, it is done once they meet again', async () => {
    const { ada, ben, currency } = await befriended();
    await ruleKnown(ada, ben, currency);
    const [before] = await books(ben, currency);
    const [adasBefore] = await books(ada, currency);

    // What Ben says from here on never arrives; what Ada says does.
    room.host(1).run('ip', 'route', 'add', 'blackhole', `${room.host(0).address}/32`);
    const { id, state } = await need(ada.client['transfers.send']({ contact: ben.instance, currency, amount: '20' }));
    expect(state).toBe('in-transit');
    await soon(ben, 'the commit', async () => ((await ben.client['transfers.get']({ id })).ok ? true : null));
    expect([await stateOf(ben, id), await books(ben, currency)]).toEqual(['done', [String(Number(before) + 20), '0']]);
    expect([await stateOf(ada, id), await books(ada, currency)]).toEqual(['in-transit', [String(Number(adasBefore) - 20), '20']]);

    room.host(1).pullCable();
    await ada.kill();
    const again = await room.start(ada.folders, 0);
    expect([await stateOf(again, id), await books(again, currency)]).toEqual(['in-transit', [String(Number(adasBefore) - 20), '20']]);
    expect(await again.client['transfers.cancel']({ id })).toMatchObject({ ok: false, failure: { code: 'already_committed' } });

    room.host(1).run('ip', 'route', 'del', 'blackhole', `${room.host(0).address}/32`);
    room.host(1).plugCable();
    expect(await ended(again, id)).toBe('done');
    const [[adas, adasTransit], [bens, bensTransit]] = [await books(again, currency), await books(ben, currency)];
    expect([Number(adas) + Number(bens), adasTransit, bensTransit, Number(bens)]).toEqual([100, '0', '0', Number(before) + 20]);
    expect(await pays(ben, again, currency)).toBe('done');
  });

  it('meet again by themselves when one of them gets another address', async () => {
    const { ada, ben, currency } = await befriended();
    const moved = room.host(1).address.replace(/\d+$/, '200');
    room.host(1).run('ip', 'addr', 'del', `${room.host(1).address}/24`, 'dev', 'eth0');
    room.host(1).run('ip', 'addr', 'add', `${moved}/24`, 'dev', 'eth0');
    await soon(ada, 'Ben at his new address', async () => {
      const seen = await nearbyOf(ada, ben);
      return seen?.state === 'connected' && seen.addresses.some((address) => address.includes(moved)) ? true : null;
    });
    await meet(ada, ben);
    expect(await pays(ada, ben, currency)).toBe('done');
  });

  it('with two networks between them go on over the one that is left', async () => {
    room.host(0).run('ip', 'link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'eth1', 'netns', room.host(1).name);
    for (const [index, address] of ['10.211.0.1', '10.211.0.2'].entries()) {
      room.host(index).run('ip', 'addr', 'add', `${address}/24`, 'dev', 'eth1');
      room.host(index).run('ip', 'link', 'set', 'eth1', 'up');
    }
    const { ada, ben, currency } = await befriended();
    const addresses = (await need(ada.client['network.status']({}))).addresses.join(' ');
    expect([addresses.includes(room.host(0).address), addresses.includes('10.211.0.1')]).toEqual([true, true]);
    room.host(1).pullCable();
    expect(await pays(ada, ben, currency)).toBe('done');
    room.host(1).plugCable();
    room.host(1).run('ip', 'link', 'set', 'eth1', 'down');
    expect(await pays(ben, ada, currency)).toBe('done');
  });

  it('with discovery off are found by a link, and only by a link', async () => {
    const [ada, ben] = await Promise.all([room.begin('Ada', 0), room.begin('Ben', 1, { mdns: false })]);
    const eve = await room.begin('Eve', 2);
    // Ada and Eve have found each other: by now Ada would have found Ben, too.
    await soon(ada, 'Eve', () => inStrangers(ada, eve));
    expect([await nearbyOf(ada, ben), await nearbyOf(eve, ben)]).toEqual([null, null]);
    const { link } = await need(ben.client['network.invite']({}));
    expect(link).toMatch(new RegExp(`^tallystick://pair/${ben.instance}\\?`));
    expect(await need(ada.client['network.connect']({ address: link }))).toEqual({ instance: ben.instance, name: 'Ben' });
    await soon(ben, 'Ada', () => inStrangers(ben, ada));
    expect((await pair({ ada, ben })).length).toBeGreaterThanOrEqual(3);
    expect(await nearbyOf(eve, ben)).toBeNull();
  });

  it('one who hides is not found, turns strangers away, and meets whom they want by their link', async () => {
    const [ada, ben] = await Promise.all([room.begin('Ada', 0), room.begin('Ben', 1)]);
    await need(ben.client['settings.set']({ visibility: 'hidden' }));
    const eve = await room.begin('Eve', 2);
    await soon(ada, 'Eve', () => inStrangers(ada, eve));
    expect(await nearbyOf(eve, ben)).toBeNull();
    const { link: bens } = await need(ben.client['network.invite']({}));
    expect(await eve.client['network.connect']({ address: bens })).toMatchObject({ ok: false });
    expect(JSON.stringify([await need(eve.client['people.strangers']({})), await nearbyOf(eve, ben)])).not.toContain(ben.instance);
    const { link: adas } = await need(ada.client['network.invite']({}));
    expect(await need(ben.client['network.connect']({ address: adas }))).toEqual({ instance: ada.instance, name: 'Ada' });
    await soon(ada, 'Ben', () => inStrangers(ada, ben));
    await pair({ ada, ben });
    await meet(ada, ben);
  });

  it('a stranger learns nothing of one who is visible to contacts only, and contacts still meet', async () => {
    const { ada, ben, currency } = await befriended();
    await need(ben.client['settings.set']({ visibility: 'contacts' }));
    const eve = await room.begin('Eve', 2);
    await soon(eve, 'Ada', () => inStrangers(eve, ada));
    const seen = await soon(eve, 'Ben to turn her away', async () => {
      const found = await nearbyOf(eve, ben);
      return found?.state === 'failed' ? found : null;
    });
    expect(seen).toMatchObject({ instance: null, name: null });
    const known = JSON.stringify([await need(eve.client['people.strangers']({})), await need(eve.client['network.status']({}))]);
    expect([known.includes(ben.instance), known.includes('Ben')]).toEqual([false, false]);
    expect(await need(ben.client['people.strangers']({}))).toEqual([]);
    // Not even when she means him.
    const [address] = ben.addresses.filter((text) => text.includes(room.host(1).address));
    expect(await eve.client['network.connect']({ address: address ?? '' })).toMatchObject({ ok: false });
    await ada.kill();
    const again = await room.start(ada.folders, 0);
    await meet(again, ben);
    expect(await pays(again, ben, currency)).toBe('done');
    expect((await contactOf(ben, again))?.online).toBe(true);
  });
});
