/** Ciphertext from whoever has it: shared, resumed, checked chunk by chunk (assurance row 50). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refusal } from '../../../protocol/errors.ts';
import { ContentStore } from '../../../main/host/library/content-store.ts';
import { answer, ask } from '../../../main/host/library/content.protocol.ts';
import { Fetching } from '../../../main/host/library/fetching.ts';
import type { FrameStream } from '../../../main/host/library/frame-stream.port.ts';
import { frameStreams } from '../../support/frame-streams.ts';
import { smallPublication } from '../../support/small-publication.ts';

const book = smallPublication(5_000_000); // twenty chunks

let folder = '';
let mine: ContentStore;
/** What each peer does with a stream on which it is asked. */
let peers: Map<string, (stream: FrameStream) => void>;
let asked: string[];
/** How many chunks were here whenever a cover had come. */
let coversAt: number[];
let fetching: Fetching;

async function storeWith(name: string, indexes: readonly number[]): Promise<ContentStore> {
  const store = await ContentStore.open(join(folder, name));
  await store.begin(book.content, book.manifest);
  for (const index of indexes) await store.put(book.content, index, book.chunks[index]!);
  return store;
}
const wanted = { content: book.content, bytes: 5_000_000 };
const all = [...book.chunks.keys()];
const honest = (store: ContentStore) => (stream: FrameStream): void => void answer(stream, store);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-fetching-'));
  mine = await ContentStore.open(join(folder, 'mine'));
  peers = new Map();
  [asked, coversAt] = [[], []];
  fetching = new Fetching({
    store: mine, onChange: () => undefined, onCover: () => coversAt.push(...mine.contents().map((content) => mine.get(content)!.have.count)), peers: () => [...peers.keys()],
    open(peerId) {
      const [near, far] = frameStreams();
      const serve = peers.get(peerId);
      if (!serve) return Promise.reject(new Refusal('peer_unreachable', 'gone'));
      asked.push(peerId);
      serve(far);
      return Promise.resolve(near);
    },
  });
});
afterEach(async () => {
  await fetching.close();
  await rm(folder, { recursive: true, force: true });
});

async function untilWhole(): Promise<void> {
  fetching.want([wanted]);
  await expect.poll(() => mine.isWhole(book.content), { timeout: 20_000, interval: 20 }).toBe(true);
  for (const [index, chunk] of book.chunks.entries()) expect(Buffer.compare(await mine.chunk(book.content, index), chunk)).toBe(0);
}

describe('a book that somebody has', () => {
  it('waits for its person when the disk does not take it, instead of asking for it again and again', async () => {
    peers.set('ada', honest(await storeWith('ada', all)));
    const failing = vi.spyOn(mine, 'put').mockRejectedValue(Object.assign(new Error('i/o error'), { code: 'EIO' }));
    fetching.want([wanted]);
    await expect.poll(() => fetching.view(book.content), { timeout: 20_000, interval: 20 }).toMatchObject({ state: 'paused', trouble: { code: 'internal', detail: 'The book cannot be written on this disk (EIO).' } });
    failing.mockRestore();
    fetching.resume(book.content);
    await untilWhole();
  });

  it('is not being written any more when all is closed, although nobody wanted it any more by then', async () => {
    peers.set('ada', honest(await storeWith('ada', all)));
    const [began, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const put = mine.put.bind(mine);
    vi.spyOn(mine, 'put').mockImplementation(async (...chunk) => {
      began.resolve();
      await goesOn.promise;
      await put(...chunk);
    });
    fetching.want([wanted]);
    await began.promise;
    fetching.want([]);
    let closed = false;
    const closing = fetching.close().then(() => { closed = true; });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(closed).toBe(false);
    goesOn.resolve();
    await closing;
  });

  it('comes as a whole, and is seen to come', async () => {
    peers.set('ada', honest(await storeWith('ada', all)));
    expect(fetching.view(book.content)).toMatchObject({ state: 'waiting', bytes: 0, total: null });
    await untilWhole();
    expect(fetching.view(book.content)).toMatchObject({ state: 'whole', bytes: 5_000_000, total: 5_000_000 });
  });

  it('says how fast it comes and how long it takes, while it does', async () => {
    const ada = await storeWith('ada', all);
    peers.set('ada', (stream) => void answer({ ...stream, async write(frame) { await new Promise((resolve) => { setTimeout(resolve, 40); }); await stream.write(frame); } }, ada));
    expect(fetching.view(book.content)).toMatchObject({ bytesPerSecond: 0, secondsLeft: null });
    const began = performance.now();
    fetching.want([wanted]);
    const half = await vi.waitFor(() => {
      const view = fetching.view(book.content);
      return view.state === 'fetching' && view.bytes >= 2_500_000 ? view : Promise.reject(new Error(JSON.stringify(view)));
    }, { timeout: 20_000, interval: 10 });
    const really = (half.bytes * 1000) / (performance.now() - began);
    // What is told is right within a factor; a busy machine is not even.
    expect(half.bytesPerSecond / really).toBeGreaterThan(0.3);
    expect(half.bytesPerSecond / really).toBeLessThan(3);
    expect(half.secondsLeft).toBe(Math.ceil((5_000_000 - half.bytes) / half.bytesPerSecond));
    await expect.poll(() => mine.isWhole(book.content), { timeout: 20_000, interval: 20 }).toBe(true);
    expect(fetching.view(book.content)).toMatchObject({ state: 'whole', bytesPerSecond: 0, secondsLeft: null });
  });

  it('shows its cover first, and says so once', async () => {
    const covered = smallPublication(5_000_000, 3, new Uint8Array(2000).fill(7));
    const ada = await ContentStore.open(join(folder, 'ada'));
    await ada.begin(covered.content, covered.manifest);
    for (const [index, chunk] of covered.chunks.entries()) await ada.put(covered.content, index, chunk);
    peers.set('ada', honest(ada));
    fetching.want([{ content: covered.content, bytes: 5_000_000 }]);
    await expect.poll(() => mine.isWhole(covered.content), { timeout: 20_000, interval: 20 }).toBe(true);
    // The bytes of the cover are the book's wrapping, not the book: what is shown of them stays within its length.
    expect(coversAt).toEqual([1]);
    expect(fetching.view(covered.content)).toMatchObject({ bytes: 5_000_000, total: 5_000_000 });
  });

  it('is put together from several who have parts of it', async () => {
    peers.set('ada', honest(await storeWith('ada', all.filter((index) => index % 2 === 0))));
    peers.set('ben', honest(await storeWith('ben', all.filter((index) => index % 2 === 1))));
    await untilWhole();
    expect(new Set(asked)).toEqual(new Set(['ada', 'ben']));
  });

  it('is not fetched if it is longer than its licence says, and is as soon as another licence says the truth', async () => {
    peers.set('ada', honest(await storeWith('ada', all)));
    fetching.want([{ ...wanted, bytes: 1_000 }]);
    await expect.poll(() => fetching.view(book.content).trouble, { interval: 20 }).toMatchObject({ code: 'peer_protocol' });
    expect(mine.get(book.content)?.have.count).toBe(0);
    expect(fetching.view(book.content).state).toBe('paused');
    fetching.want([{ ...wanted, bytes: 1_000 }, wanted]);
    fetching.resume(book.content);
    await untilWhole();
  });

  it('goes on where it was cut off, and fetches nothing twice', async () => {
    const ada = await storeWith('ada', all);
    let given = 0;
    const cutAfter = (chunks: number) => (stream: FrameStream): void => {
      let left = chunks + 2; // the answer and the manifest go before
      void answer({
        ...stream,
        async write(frame) {
          if (left-- === 0) {
            peers.delete('ada');
            stream.abort();
          }
          if (frame.length > 1000 && left >= 0 && left < chunks) given++;
          await stream.write(frame);
        },
      }, ada);
    };
    peers.set('ada', cutAfter(5));
    fetching.want([wanted]);
    await expect.poll(() => peers.size, { timeout: 20_000, interval: 20 }).toBe(0);
    const before = mine.get(book.content)?.have.count ?? 0;
    expect(mine.isWhole(book.content)).toBe(false);
    peers.set('ada', honest(ada));
    fetching.nudge();
    await untilWhole();
    expect(before).toBeLessThan(book.chunks.length);
    expect(given).toBeLessThanOrEqual(book.chunks.length);
  });

  it('waits while it is paused', async () => {
    fetching.want([wanted]);
    fetching.pause(book.content);
    peers.set('ada', honest(await storeWith('ada', all)));
    fetching.nudge();
    expect(fetching.view(book.content).state).toBe('paused');
    expect(asked).toEqual([]);
    fetching.resume(book.content);
    await untilWhole();
  });
});

describe('whoever does not have it, or lies,', () => {
  it('costs nothing but the asking', async () => {
    peers.set('empty', honest(await ContentStore.open(join(folder, 'empty'))));
    peers.set('nonsense', (stream) => void stream.write(new Uint8Array([1, 2, 3])));
    peers.set('silent', (stream) => stream.abort());
    peers.set('ada', honest(await storeWith('ada', all)));
    await untilWhole();
  });

  it('cannot keep it from coming by being there first, however many they are', async () => {
    const empty = await ContentStore.open(join(folder, 'empty'));
    for (let at = 0; at < 3; at++) peers.set(`empty ${at}`, honest(empty));
    for (let at = 0; at < 3; at++) peers.set(`silent ${at}`, (stream) => stream.abort());
    // Who has the end of it is asked for that when it lacks the beginning.
    for (let at = 0; at < 3; at++) peers.set(`end ${at}`, honest(await storeWith(`end ${at}`, all.slice(-2))));
    peers.set('ada', honest(await storeWith('ada', all)));
    await untilWhole();
    for (const peer of peers.keys()) expect([peer, asked.filter((name) => name === peer).length <= 4]).toEqual([peer, true]);
  });

  it('cannot keep it from coming by being asked first, each time', async () => {
    const few = smallPublication(700_000);
    const whole = async (name: string): Promise<ContentStore> => {
      const store = await ContentStore.open(join(folder, name));
      await store.begin(few.content, few.manifest);
      for (const [index, chunk] of few.chunks.entries()) await store.put(few.content, index, chunk);
      return store;
    };
    const [liar, ada] = [await whole('liar'), await whole('ada')];
    // Ada says what the book's parts are when the liar has been asked for all of them, and before it answers.
    const adaSaid = Promise.withResolvers<void>();
    const timesAsked = (): number => asked.filter((peer) => peer === 'liar').length;
    const lie = (stream: FrameStream): unknown => answer({ ...stream, write: (frame) => stream.write(frame.length > 100_000 ? frame.map((byte, at) => (at === 77 ? byte ^ 1 : byte)) : frame) }, liar);
    peers.set('liar', (stream) => void (timesAsked() === 2 ? adaSaid.promise.then(() => lie(stream)) : lie(stream)));
    peers.set('ada', (stream) => void expect.poll(timesAsked, { interval: 5 }).toBeGreaterThan(1).then(async () => {
      await answer(stream, ada);
      setTimeout(adaSaid.resolve, 20);
    }));
    fetching.want([{ content: few.content, bytes: 700_000 }]);
    await expect.poll(() => mine.isWhole(few.content), { timeout: 20_000, interval: 20 }).toBe(true);
    expect(timesAsked()).toBeLessThan(4);
  });

  it('cannot slip in another chunk, or another book: what does not fit is asked for again elsewhere', async () => {
    const bent = (await storeWith('bent', all));
    peers.set('bent', (stream) => void answer({ ...stream, write: (frame) => stream.write(frame.length > 100_000 ? frame.map((byte, at) => (at === 77 ? byte ^ 1 : byte)) : frame) }, bent));
    peers.set('ada', honest(await storeWith('ada', all)));
    await untilWhole();
    const other = smallPublication(300_000, 9);
    const liar = await ContentStore.open(join(folder, 'liar'));
    await liar.begin(other.content, other.manifest);
    const [near, far] = frameStreams();
    void answer({ ...far, read: async () => far.read() }, liar);
    const answered = await ask(near, { content: other.content, manifest: true, chunks: [] });
    await expect(mine.begin(smallPublication(300_000, 8).content, answered.manifest ?? new Uint8Array())).rejects.toThrow('peer_protocol');
  });
});

it('a question that makes no sense ends the stream and nothing else', async () => {
  for (const question of [new Uint8Array(), new Uint8Array([0xa0]), new Uint8Array(1000).fill(0xff)]) {
    const [near, far] = frameStreams();
    const answered = answer(far, mine);
    await near.write(question);
    await answered;
    await expect(near.read()).rejects.toThrow('ended');
  }
});
