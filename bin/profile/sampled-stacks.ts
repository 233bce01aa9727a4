import type { HeapProfiler, Profiler, Runtime } from 'node:inspector';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../config/package-root.ts';
import type { Stack } from '../../reports/plots/flame.ts';

/** Every stack that was seen, from the outside in, and how much of what was sampled is its own. */
export const sampledStacks = { cpu, heap };

/** Idle time is nobody's work: left out. */
const unworked = new Set(['(idle)', '(root)']);

function cpu({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): readonly Stack[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const ownMs = new Map<number, number>();
  for (const [at, id] of samples.entries())
    ownMs.set(id, (ownMs.get(id) ?? 0) + Math.max(0, timeDeltas[at] ?? 0) / 1000);
  return [...ownMs].flatMap(([id, weight]) => {
    const frames: string[] = [];
    for (let node = byId.get(id); node !== undefined; node = byId.get(parents.get(node.id) ?? -1))
      frames.unshift(nameOf(node.callFrame));
    if (unworked.has(frames.at(-1) ?? '')) return [];
    return [{ frames: frames.filter((frame) => frame !== '(root)'), weight }];
  });
}

function heap({ head }: HeapProfiler.SamplingHeapProfile): readonly Stack[] {
  const stacks: Stack[] = [];
  const waiting = [{ node: head, frames: [] as readonly string[] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const name = nameOf(next.node.callFrame);
    const frames = name === '(root)' ? next.frames : [...next.frames, name];
    if (next.node.selfSize > 0) stacks.push({ frames, weight: next.node.selfSize / 1000 });
    for (const node of next.node.children) waiting.push({ node, frames });
  }
  return stacks;
}

/** `publish core/message-bus.ts:41`: a place of ours by its file, one of Node or of a package by its last part. */
function nameOf({ functionName, url, lineNumber }: Runtime.CallFrame): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  const path = url.startsWith('file:') ? relative(packageRoot, fileURLToPath(url)) : url;
  const [, inPackage] = /node_modules\/(.*)$/.exec(path) ?? [];
  return `${name} ${inPackage ?? path}:${lineNumber + 1}`;
}
