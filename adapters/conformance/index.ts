export { busConformance } from './bus/index.ts';
export { type ConformanceOptions, runConformance } from './run.ts';
export { storageConformance } from './storage/index.ts';
export type {
  AdapterModule,
  ConformanceContext,
  ConformanceResult,
  ConformanceSuite,
  ConformanceTest,
} from './suite.ts';
