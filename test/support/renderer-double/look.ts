/**
 * Takes a picture of every screen, in both themes and three sizes, and lets axe look at each. For people who work on
 * the interface:  node test/support/renderer-double/look.ts BUILD_FOLDER PICTURE_FOLDER [name-part] [--quick]
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { complaintsOf, launchBrowser } from '../browser.ts';
import { emptyState, livedInState } from './double-state.ts';
import { type DoubleWallet, createDoubleWallet } from './double-wallet.ts';
import { SCREENS } from './screens-to-see.ts';
import { serveDouble } from './serve-double.ts';

const SIZES = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 800 }, wall: { width: 2560, height: 1440 } } as const;

const quick = process.argv.includes('--quick');
const [build = '', pictures = '', part = ''] = process.argv.slice(2).filter((argument) => argument !== '--quick');
await mkdir(pictures, { recursive: true });
let wallet: DoubleWallet = createDoubleWallet(emptyState());
const server = await serveDouble(build, () => wallet);
const browser = await launchBrowser();
let findings = 0;
for (const screen of SCREENS.filter(({ name }) => name.includes(part))) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const scheme of ['light', 'dark'] as const) {
      // Quick: one theme to each size. Otherwise all but the largest in the dark.
      if (size === 'wall' ? scheme === 'dark' || quick : quick && (size === 'phone') !== (scheme === 'dark')) continue;
      wallet = createDoubleWallet((screen.state ?? livedInState)());
      const context = await browser.newContext({ viewport, colorScheme: scheme, reducedMotion: 'reduce', locale: 'en-GB' });
      const page = await context.newPage();
      const said = complaintsOf(page);
      try {
        await page.goto(`${server.url}#${screen.path ?? '/'}`);
        await page.locator('h1').first().waitFor({ state: 'attached' });
        await page.waitForLoadState('networkidle');
        await screen.act?.(page, wallet);
        await page.evaluate(() => document.fonts.ready);
        await page.screenshot({ path: join(pictures, `${screen.name}-${size}-${scheme}.png`), fullPage: size === 'phone' });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
        if (wide) said.push('scrolls sideways');
        if (size !== 'wall') for (const found of (await new AxeBuilder({ page }).analyze()).violations) said.push(`axe ${found.id}: ${found.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
      } catch (error) {
        said.push(String(error).split('\n').slice(0, 4).join(' '));
      }
      findings += said.length;
      if (said.length > 0) console.log(`${screen.name} ${size} ${scheme}\n  ${[...new Set(said)].join('\n  ')}`);
      await context.close();
    }
  }
}
await browser.close();
await server.close();
console.log(`${findings} findings`);
