export { systemClock } from './core/clock.ts';
export type { Clock } from './core/clock.ts';
export type { WhenFull } from './core/message-log.ts';
