#!/usr/bin/env node
import { processTerminal } from './core/terminal.ts';
import { run } from './program.ts';

process.exitCode = await run(process.argv.slice(2), processTerminal());
