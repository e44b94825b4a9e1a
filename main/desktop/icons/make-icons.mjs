/**
 * Draws the PNG icons from icon.svg and tray.svg with a Chromium: `node main/desktop/icons/make-icons.mjs [CHROMIUM]`.
 * Run by hand when a drawing changes; the results are kept in the repository, so that no build needs a browser.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** File, drawing and size in pixels. Desktops scale down from the next larger one. */
const ICONS = [
  ['icon-512.png', 'icon.svg', 512],
  ['icon-256.png', 'icon.svg', 256],
  ['icon-64.png', 'icon.svg', 64],
  ['icon-32.png', 'icon.svg', 32],
  ['tray.png', 'icon.svg', 24],
  ['tray@2x.png', 'icon.svg', 48],
  ['trayTemplate.png', 'tray.svg', 18],
  ['trayTemplate@2x.png', 'tray.svg', 36],
];

const browser = await chromium.launch({ executablePath: process.argv[2] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  for (const [name, drawing, size] of ICONS) {
    await page.setViewportSize({ width: size, height: size });
    const source = Buffer.from(readFileSync(here(drawing))).toString('base64');
    await page.setContent(`<style>body{margin:0}img{display:block;width:${size}px;height:${size}px}</style><img src="data:image/svg+xml;base64,${source}">`);
    await page.locator('img').evaluate((image) => image.decode());
    writeFileSync(here(name), await page.screenshot({ omitBackground: true }));
  }
} finally {
  await browser.close();
}
