export * from './answers';
export { Conflict } from './exposed';
export * from './refusal';
export * from './requests';
export * from './server';
