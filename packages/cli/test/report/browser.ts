import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type BrowserContextOptions, chromium, type Page, type Browser as Playwright } from 'playwright-core';

const PLACES = [
  process.env['SLIPWAY_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A Chromium of this machine; undefined where there is none. */
export const CHROMIUM = PLACES.find((place) => place !== undefined && existsSync(place));

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page, and everything on it that must not happen. */
export interface WatchedPage {
  readonly page: Page;
  /** Requests other than for the page's own file, console messages, errors. */
  readonly incidents: readonly string[];
}

/** A browser with a profile that is new; each file is opened in a session of its own. */
export class Browser implements AsyncDisposable {
  readonly #browser: Playwright;

  private constructor(browser: Playwright) {
    this.#browser = browser;
  }

  static async start(): Promise<Browser> {
    return new Browser(await chromium.launch({ executablePath: CHROMIUM!, args: FLAGS }));
  }

  /** Opens a file as a user does, by its path. */
  async open(file: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const page = await this.#browser.newPage(options);
    const url = pathToFileURL(file).href;
    const incidents: string[] = [];
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:'))
        incidents.push(`request ${request.url()}`);
    });
    page.on('console', (message) => incidents.push(`console ${message.type()} ${message.text()}`));
    page.on('pageerror', (error) => incidents.push(`error ${error.message}`));
    await page.goto(url);
    return { page, incidents };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}
