/**
 * Assurance row 43: links and arguments from other programs. Whatever they hold, the most that comes of it is a draft that
 * waits for the person. Guards: main/desktop/rules/deep-link.ts, single-instance.ts, main/desktop/arguments.ts.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instanceIdOf } from '../../protocol/identifiers.ts';
import { formatPairLink } from '../../protocol/link.codec.ts';
import { valueFrom } from '../support/app-calls.ts';
import { electronTrouble, type RunningApp, startApp, startCommand } from '../support/electron-app.ts';

const INSTANCE = instanceIdOf(new Uint8Array(32).fill(7));
const GOOD = formatPairLink({ instance: INSTANCE, name: 'Ada', addresses: ['/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'] });

/** Starts the app once more on the same folders; resolves with how that ended. */
async function secondStart(home: string, args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const command = startCommand(home, { args });
  const child = spawn(command.executable, command.args, { env: command.env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { said += text; });
  const [code] = await once(child, 'close') as [number | null];
  return { code, said };
}

describe.skipIf(electronTrouble)('a link from another program', () => {
  let running: RunningApp;
  let home: string;
  beforeAll(async () => {
    running = await startApp({ args: [GOOD] });
    home = dirname(running.dataDir);
  });
  afterAll(async () => { await running?.dispose(); });

  // There is no wallet yet, so the interface shows its first screen and leaves the draft where it is.
  const takeDraft = (): Promise<unknown> => valueFrom(running.page, 'link.take');
  /** Everything that a link could have changed. */
  const world = async (): Promise<unknown> => ({
    app: await valueFrom(running.page, 'app.status'), settings: await valueFrom(running.page, 'settings.get'), url: running.page.url(),
    windows: await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length),
  });

  it('given at the start is a draft, taken once', async () => {
    expect(await takeDraft()).toMatchObject({ draft: { kind: 'pair', instance: INSTANCE, name: 'Ada' } });
    expect(await takeDraft()).toEqual({ draft: null });
  });

  it('given to a second start is handed to the first, which comes to the front', async () => {
    await running.app.evaluate(({ BrowserWindow }) => { BrowserWindow.getAllWindows()[0]?.minimize(); });
    const second = await secondStart(home, [GOOD]);
    expect(second).toMatchObject({ code: 0, said: expect.stringContaining('open already') as string });
    await expect.poll(takeDraft).toMatchObject({ draft: { instance: INSTANCE } });
    expect(await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true);
  });

  describe('with hostile content', () => {
    let before: unknown;
    beforeEach(async () => { before = await world(); });

    it.each([
      ['another action', 'tallystick://send/all?to=tally1evil&amount=1000'],
      ['a script', 'tallystick:javascript:alert(document.domain)'],
      ['markup in the name', `tallystick://pair/${INSTANCE}?name=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%00`],
      ['a key that is none', 'tallystick://pair/tally1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq'],
      ['an address that is not TCP', `tallystick://pair/${INSTANCE}?at=/unix/tmp/sock`],
      ['too much', `tallystick://pair/${INSTANCE}?name=${'x'.repeat(20_000)}`],
    ])('leaves no draft and changes nothing: %s', async (_what, link) => {
      expect((await secondStart(home, [link])).code).toBe(0);
      expect(await takeDraft()).toEqual({ draft: null });
      expect(await world()).toEqual(before);
    });

    it('brings no arguments with it, however a launcher split it', async () => {
      const elsewhere = join(home, 'elsewhere');
      const second = await secondStart(home, [GOOD, '--data', elsewhere, '--listen', '/ip4/0.0.0.0/tcp/1']);
      expect(second.code).toBe(0);
      expect(existsSync(elsewhere)).toBe(false);
      await expect.poll(takeDraft).toMatchObject({ draft: { instance: INSTANCE } });
      expect(await world()).toEqual(before);
    });
  });
});
