/**
 * Another user of the computer who serves a page of their own on 127.0.0.1 (assurance row 49). Cookies belong to a host and
 * to no port, so a real browser that was led there, which any site can do, hands them the wallet's: it must be worth nothing.
 */
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { browserTrouble, launchBrowser } from '../support/browser.ts';
import { type LocalPage, createLocalPage } from '../support/local-page.ts';

const missing = browserTrouble !== null;
if (browserTrouble !== null) console.warn(`SKIPPED: a page on another port: ${browserTrouble}`);

let page: LocalPage;
let browser: Browser;
let theirs: Server;
/** Cookies that browsers brought to the other page. */
let brought: string[];
let address = '';
beforeEach(async () => {
  page = await createLocalPage();
  brought = [];
  theirs = createServer(({ headers }, response) => {
    brought.push(headers.cookie ?? '');
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>theirs</title>');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => theirs.once('listening', resolve));
  address = `http://127.0.0.1:${(theirs.address() as AddressInfo).port}/`;
  browser = await launchBrowser();
});
afterEach(async () => {
  await browser.close();
  theirs.close();
  await page.tearDown();
});

it.skipIf(missing)('is sent the cookie, and can open nothing with it that is not open to everybody', async () => {
  const tab = await (await browser.newContext()).newPage();
  await tab.goto(page.web.link());
  const key = /#key=(.+)$/.exec(tab.url())?.[1] ?? '';
  await tab.goto(address);
  // Its own page asks itself: to the browser that is the same site, whoever led it there.
  await tab.evaluate(() => fetch('/again'));
  const cookie = brought.find((text) => text.includes(`tallystick_${page.web.port}=`));
  expect(cookie).toMatch(new RegExp(`(^|; )tallystick_${page.web.port}=[\\w-]{43}(;|$)`));
  const stolen = { cookie: cookie ?? '', origin: page.origin };
  expect(await page.open(stolen, '/contract')).toBe(403);
  expect((await page.ask('/files?name=x.pdf', stolen, 'POST')).status).toBe(403);
  // The key stays behind: it is in no request, and what our own page stores is out of the other's reach.
  expect([key.length, brought.some((text) => text.includes(key)), await tab.evaluate(() => Object.keys(localStorage))]).toEqual([43, false, []]);
  expect(await page.open(stolen, `/contract?key=${key}`)).not.toBe(403);
});
