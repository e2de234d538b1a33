import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser, CHROMIUM, type WatchedPage } from './browser.ts';
import { type RunShape, salesRun } from './report-data.ts';
import { ReportLab } from './report-lab.ts';

const MARKUP = '</script><img src=x onerror="console.error(1)">';
const NAMES = [
  MARKUP,
  'He said "no", <b>twice</b> & left',
  'Ünïcödé 日本語 🛶',
  'plain-1',
  'plain-2',
  'plain-10',
];
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

if (!CHROMIUM) process.stderr.write('No Chromium is installed: the report is not tested in a browser.\n');

describe.skipIf(!CHROMIUM)('the report in a browser', () => {
  let lab: ReportLab;
  let browser: Browser;
  let sales: string;

  beforeAll(async () => {
    lab = await ReportLab.start();
    browser = await Browser.start();
    sales = await lab.report('sales', salesRun({ names: NAMES, weeks: 120, kinds: ['IM', 'RTS'] }));
  });
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  const report = (name: string, shape: RunShape) => lab.report(name, salesRun(shape));
  const picture = (page: Page, name: string) =>
    page.screenshot({ path: join(lab.folder, `${name}.png`), fullPage: true });

  test('loads by its path, asks no network for anything, and complains about nothing', async () => {
    const { page, incidents } = await browser.open(sales, { viewport: { width: 1280, height: 900 } });
    expect(await page.title()).toContain('WeeklySales');
    expect(await page.locator('h2').allTextContents()).toEqual([
      'Overview',
      'All items together',
      'Accuracy',
      'Items',
      'Data',
      'Run',
    ]);
    expect(await page.locator('.tile', { hasText: 'WAPE' }).textContent()).toContain('34.5 %');
    expect(await page.locator('.steps details').count()).toBe(2);
    await picture(page, 'desktop');
    expect(incidents).toEqual([]);
  });

  test('names with markup, quotes and unicode are text', async () => {
    const { page, incidents } = await browser.open(sales);
    await page.selectOption('#order', 'name');
    expect(new Set(await page.locator('.option .name').allTextContents())).toEqual(new Set(NAMES));
    expect(await page.locator('main img, main .option b').count()).toBe(0);
    expect(incidents).toEqual([]);
  });

  test('worst items come first; other orders and a search change the list', async () => {
    const { page } = await browser.open(sales);
    const errors = (await page.locator('.option .text').allTextContents()).map((text) =>
      Number(/WAPE ([\d.,]+) %/.exec(text)?.[1]),
    );
    expect(errors).toEqual(errors.toSorted((a, b) => b - a));
    await page.selectOption('#order', 'name');
    await page.fill('#search', 'plain');
    expect(await page.locator('.option .name').allTextContents()).toEqual(['plain-1', 'plain-2', 'plain-10']);
    expect(await page.locator('.found').textContent()).toBe('3 of 6');
    await page.fill('#search', 'group-2');
    expect(await page.locator('.option .name').allTextContents()).toEqual(['Ünïcödé 日本語 🛶']);
    await page.fill('#search', 'nothing like it');
    expect(await page.locator('.none').isVisible()).toBe(true);
  });

  test('an item is chosen by keys; its plot has history, backtest, quantiles, and tells its values', async () => {
    const { page } = await browser.open(sales, { viewport: { width: 1280, height: 900 } });
    await page.selectOption('#order', 'name');
    await page.fill('#search', 'plain');
    await page.locator('.list').press('ArrowDown');
    expect(await page.locator('.detail h3').textContent()).toBe('plain-2');
    expect(await page.locator('.list').getAttribute('aria-activedescendant')).toBe(
      await page.locator('.option[aria-selected=true]').getAttribute('id'),
    );
    for (const part of [
      '.line.history',
      '.line.backtest',
      '.line.forecast',
      '.band.forecast',
      '.band.backtest',
    ]) {
      expect((await page.locator(`.detail ${part}`).getAttribute('d'))?.length).toBeGreaterThan(20);
    }
    await page.locator('.detail .with-cursor').press('ArrowRight');
    const told = await page.locator('.detail .tip').textContent();
    expect(told).toMatch(/20 Apr 2026p10[\d.]+p50[\d.]+p90[\d.]+/);
    await page.locator('.detail summary', { hasText: 'Forecast values' }).click();
    expect(await page.locator('.detail details tbody tr').count()).toBe(8);
  });

  test('it fits a phone without scrolling sideways', async () => {
    const { page, incidents } = await browser.open(sales, PHONE);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await picture(page, 'phone');
    expect(incidents).toEqual([]);
  });

  test('it is dark where the reader’s system is, but not on paper', async () => {
    const { page } = await browser.open(sales, { colorScheme: 'dark' });
    const shade = () => page.evaluate('getComputedStyle(document.body).getPropertyValue("--paper").trim()');
    const dark = await shade();
    await picture(page, 'dark');
    await page.emulateMedia({ media: 'print' });
    expect(await shade()).not.toBe(dark);
  });

  test('on paper the list gives way to plots of the first items', async () => {
    const { page } = await browser.open(sales);
    await page.fill('#search', 'plain');
    await page.pdf({ path: join(lab.folder, 'print.pdf'), format: 'A4' });
    expect(await page.locator('.printed figure').count()).toBe(3);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.master').isVisible()).toBe(false);
    expect(await page.locator('.printed').isVisible()).toBe(true);
  });

  test('5,000 items: below 15 MB, and only the rows in sight are drawn', async () => {
    const names = Array.from({ length: 5000 }, (_, index) => `sku-${index}`);
    const file = await report('thousands', { names, weeks: 104 });
    expect(statSync(file).size).toBeLessThan(15_000_000);
    const { page, incidents } = await browser.open(file, { viewport: { width: 1280, height: 900 } });
    expect(await page.locator('.found').textContent()).toBe('5,000 listed');
    expect(await page.locator('.option').count()).toBeLessThan(30);
    await page.locator('.list').press('End');
    expect(await page.locator('.option[aria-posinset="5000"]').count()).toBe(1);
    await page.fill('#search', 'sku-4321');
    expect(await page.locator('.option .name').allTextContents()).toEqual(['sku-4321']);
    await picture(page, 'thousands');
    expect(incidents).toEqual([]);
  }, 120_000);

  test('one item without related series and metadata, all of it zero', async () => {
    const file = await report('zero', { names: ['nothing'], weeks: 60, values: () => 0 });
    const { page, incidents } = await browser.open(file);
    const text = await textOf({ page, incidents });
    expect(text).toContain('1 item has no value other than zero');
    expect(text).toContain('The config declares no Dataset.RTS.');
    expect(text).toContain('no WAPE');
    expect(await page.locator('.option').count()).toBe(1);
    await picture(page, 'zero');
  });

  test('gaps, duplicates and missing values are counted', async () => {
    const run = salesRun({
      names: ['a', 'b'],
      weeks: 60,
      values: (item, week) => (item === 0 && week % 10 === 5 ? null : week),
    });
    const target = `${run.target}a,2024-01-01 00:00:00,7\nb,2024-01-08 00:00:00,\n`;
    const file = await lab.report('gaps', { ...run, target });
    const { page } = await browser.open(file);
    const fact = async (name: string) =>
      await page
        .locator('#data .facts div', { has: page.getByText(name, { exact: true }) })
        .locator('dd')
        .textContent();
    expect(await fact('Gaps')).toBe('6 (5.00 %)');
    expect(await fact('Duplicates')).toBe('2 (1.72 %)');
    expect(await fact('Missing values')).toBe('1 (0.86 %)');
    expect(await fact('Zeros')).toBe('2 (1.74 %)');
  });

  test('a run that failed early says why, and what is missing', async () => {
    const { config } = salesRun({ names: ['a'], weeks: 60 });
    const failure = { Error: 'JobFailed', Cause: 'data.zip has no <TTS.csv>' };
    const file = await lab.report('failed', { config, metrics: null, failure });
    const watched = await browser.open(file);
    const text = await textOf(watched);
    expect(text).toContain('data.zip has no <TTS.csv>');
    expect(text).toContain('There is no forecast');
    expect(text).toContain('this run has put no input/TTS.csv into the bucket');
    expect(text).toContain('There are no accuracy metrics of this run.');
    expect(await watched.page.locator('#items').count()).toBe(0);
    await picture(watched.page, 'failed');
  });

  test('a run without a forecast shows the history that it has', async () => {
    const { config, target } = salesRun({ names: ['a', 'b'], weeks: 60 });
    const failure = { Error: 'ResourceFailed', Cause: 'The predictor ended CREATE_FAILED' };
    const file = await lab.report('history', { config, target, metrics: null, failure });
    const watched = await browser.open(file);
    expect(await textOf(watched)).toContain('This item has no backtest.');
    expect((await watched.page.locator('.detail .line.history').getAttribute('d'))?.length).toBeGreaterThan(
      100,
    );
    expect(await watched.page.locator('.line.forecast').count()).toBe(0);
  });

  async function textOf({ page, incidents }: WatchedPage): Promise<string> {
    expect(incidents).toEqual([]);
    return (await page.locator('body').textContent()) ?? '';
  }
});
