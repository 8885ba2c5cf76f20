#!/usr/bin/env node
import { processTerminal } from '../core/terminal.ts';
import { runMqmq } from './program.ts';

process.exitCode = await runMqmq(process.argv.slice(2), processTerminal());
