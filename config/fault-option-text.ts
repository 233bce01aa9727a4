import type { FaultOption } from '../chaos/fault.ts';

/** What an option of a fault is: its meaning, bounds, unit and default. */
export function faultOptionText(option: FaultOption): string {
  const usual = option.default === null ? 'must be given' : `default ${option.default}`;
  if (option.type === 'choice') return `${option.meaning}; ${option.values.join(' or ')}, ${usual}`;
  if (option.type === 'share') return `${option.meaning}; 0 to 1, ${usual}`;
  const unit = { duration: ' ms', size: ' B', integer: '', number: '' }[option.type];
  return `${option.meaning}; ${option.min} to ${option.max}${unit}, ${usual}`;
}
