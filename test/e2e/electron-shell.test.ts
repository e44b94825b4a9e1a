/** The desktop shell around the interface: starting, a second start, the vault's process, quitting, a late launcher. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callFrom, valueFrom } from '../support/app-calls.ts';
import { electronTrouble, type RunningApp, startApp, startCommand } from '../support/electron-app.ts';
import { lookAt } from '../support/screens.ts';

describe.skipIf(electronTrouble)('the desktop app', () => {
  let home: string;
  const started: RunningApp[] = [];
  const start = async (options: Parameters<typeof startApp>[0] = {}): Promise<RunningApp> => {
    const running = await startApp({ home, ...options });
    started.push(running);
    return running;
  };
  beforeEach(() => { home = mkdtempSync(join(tmpdir(), 'tallystick-app-')); });
  afterEach(async () => {
    for (const running of started.splice(0)) await running.dispose();
    rmSync(home, { recursive: true, force: true });
  });

  it('keeps the wallet across a clean quit, and the window its place', async () => {
    const first = await start();
    const { measurement } = await valueFrom(first.page, 'app.create', { name: 'Ada' }) as { measurement: string };
    expect(measurement).toMatch(/^[0-9a-f]{64}$/);
    const before = await valueFrom(first.page, 'wallet.identity');
    await first.app.evaluate(({ BrowserWindow }) => { BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 30, width: 500, height: 600 }); });
    expect(await first.quit()).toBe(0);

    const second = await start();
    expect(await valueFrom(second.page, 'app.status')).toMatchObject({ phase: 'running', fault: null });
    expect(await valueFrom(second.page, 'wallet.identity')).toEqual(before);
    expect(await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())).toMatchObject({ width: 500, height: 600 });
  });

  it('keeps the space small that V8 puts new things in, while it loads and serves a wallet', async () => {
    const { app, page } = await start();
    await valueFrom(page, 'app.create', { name: 'Ada' });
    const bytes = await app.evaluate(() => process.getBuiltinModule('node:v8').getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size);
    expect(bytes).toBeLessThanOrEqual(2 * 1024 * 1024);
  });

  it('brings the vault back when its process is killed', async () => {
    const { app, page } = await start();
    await valueFrom(page, 'app.create', { name: 'Ada' });
    const before = await valueFrom(page, 'wallet.identity');
    const pid = await app.evaluate(({ app: electronApp }) => electronApp.getAppMetrics().find(({ type, serviceName, name }) => type === 'Utility' && `${String(serviceName)} ${String(name)}`.includes('Tallystick vault'))?.pid);
    expect(pid).toBeTypeOf('number');
    process.kill(pid ?? 0, 'SIGKILL');
    await expect.poll(() => valueFrom(page, 'app.status'), { timeout: 30_000 }).toMatchObject({ phase: 'running', restarts: 1 });
    expect(await valueFrom(page, 'wallet.identity')).toEqual(before);
  });

  it('ends a second start on the same folder with a word, and opens another folder beside it', async () => {
    const first = await start();
    const command = startCommand(home);
    const again = spawn(command.executable, command.args, { env: command.env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    again.stderr.setEncoding('utf8').on('data', (text: string) => { said += text; });
    expect(await once(again, 'close')).toEqual([0, null]);
    expect(said).toContain('this wallet is open already');
    const other = await startApp();
    started.push(other);
    expect(other.page.url()).toBe(first.page.url());
  });

  it('says why it cannot start, with the exit status of the code, and touches nothing', async () => {
    const command = startCommand(home, { args: ['--listen'] });
    const refused = spawn(command.executable, command.args, { env: command.env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    refused.stderr.setEncoding('utf8').on('data', (text: string) => { said += text; });
    expect(await once(refused, 'close')).toEqual([2, null]);
    expect(said).toContain('tallystick cannot start: bad_input: --listen needs a value.');
    expect(existsSync(join(home, 'data'))).toBe(false);
  });

  it('says in its window that the folder is in use elsewhere, and opens it once it is free', async () => {
    const first = await start();
    await valueFrom(first.page, 'app.create', { name: 'Ada' });
    const instance = await valueFrom(first.page, 'wallet.identity');
    // A profile of its own gets the second past the single-instance lock: only the wallet's lock is left to notice.
    writeFileSync(join(home, 'data', 'desktop-profile'), `${'0'.repeat(32)}\n`);
    const second = await start();
    expect(await valueFrom(second.page, 'app.status')).toMatchObject({ phase: 'stopped', fault: { code: 'wallet_locked' } });
    expect(await callFrom(second.page, 'wallet.identity')).toMatchObject({ ok: false, failure: { code: 'wallet_locked' } });
    await second.page.getByRole('heading', { name: 'This wallet is already open' }).waitFor();
    expect(await valueFrom(first.page, 'app.status')).toMatchObject({ phase: 'running', restarts: 0 });

    await first.quit();
    await second.page.getByRole('button', { name: 'Try again' }).click();
    await second.page.getByRole('heading', { name: 'Balances' }).waitFor();
    expect(await valueFrom(second.page, 'wallet.identity')).toEqual(instance);
  });

  it('shows an older data folder as what it is, in the window, and stays stopped', async () => {
    const first = await start();
    await valueFrom(first.page, 'app.create', { name: 'Ada' });
    await first.quit();
    cpSync(join(home, 'data'), join(home, 'older'), { recursive: true });
    const second = await start();
    await valueFrom(second.page, 'wallet.rename', { name: 'Augusta' });
    await second.quit();
    rmSync(join(home, 'data'), { recursive: true });
    renameSync(join(home, 'older'), join(home, 'data'));

    const { page } = await start();
    expect(await valueFrom(page, 'app.status')).toMatchObject({ phase: 'stopped', fault: { code: 'rollback_detected' } });
    expect(await callFrom(page, 'wallet.identity')).toMatchObject({ ok: false, failure: { code: 'rollback_detected' } });
    await page.getByRole('heading').first().waitFor();
    await lookAt(page, 'electron/18-stopped');
    expect(await valueFrom(page, 'app.retry')).toMatchObject({ phase: 'stopped' });
  });

  it('quits when its window is closed where no tray could keep it', async () => {
    const { app } = await start({ env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' } });
    const quits = await app.evaluate(({ app: electronApp, BrowserWindow }) => new Promise((resolve) => {
      electronApp.once('will-quit', () => { resolve('will-quit'); });
      BrowserWindow.getAllWindows()[0]?.close();
    }));
    expect(quits).toBe('will-quit');
  });

  it('shows its page again when the page\'s process dies', async () => {
    const { app } = await start();
    const url = await app.evaluate(({ BrowserWindow }) => new Promise((resolve) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      contents?.once('did-finish-load', () => { resolve(contents.getURL()); });
      contents?.forcefullyCrashRenderer();
    }));
    expect(url).toMatch(/^app:\/\/tallystick\/index\.html/);
  });

  it('has a secure origin of its own even where a launcher loads it late', async () => {
    const { page } = await start({ late: true });
    expect(await page.evaluate(() => [location.origin, isSecureContext])).toEqual(['https://tallystick', true]);
    expect(await page.evaluate(async () => (await fetch('/index.html')).headers.get('content-security-policy'))).toContain("default-src 'none'");
    expect(await page.evaluate(() => fetch('https://elsewhere.invalid/').then(() => 'answered', () => 'refused'))).toBe('refused');
    expect(await valueFrom(page, 'app.status')).toMatchObject({ shell: 'electron' });
  });

  it('follows the chosen theme and language', async () => {
    const { app, page } = await start();
    await valueFrom(page, 'settings.set', { theme: 'dark', language: 'de' });
    await expect.poll(() => app.evaluate(({ nativeTheme, Menu }) => [nativeTheme.themeSource, Menu.getApplicationMenu()?.items.map(({ label }) => label).includes('Bearbeiten')])).toEqual(['dark', true]);
    expect(await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
    expect(JSON.parse(readFileSync(join(home, 'data', 'settings.json'), 'utf8'))).toMatchObject({ theme: 'dark' });
  });
});
