/** The whole look of a page: no file beside it, nothing fetched. Dark where the reader's system is, black on white on paper. */
export const style = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1a1d21; --faint: #5a626b; --line: #d5dae0; --soft: #f3f5f7;
  --pass: #17693a; --degraded: #7a5200; --fail: #a61b1b; --inconclusive: #5b3c99; --unsupported: #545c66; --note: #25567d;
  --mark-0: #0b62a4; --mark-1: #b3541e; --mark-2: #2e7d32; --mark-3: #7b3fa0; --mark-4: #8a6d00; --mark-5: #00707a; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --ink: #e6e9ec; --faint: #a3acb5; --line: #363c43;
  --soft: #1d2125; --pass: #6cc48f; --degraded: #e3b04b; --fail: #ff8a80; --inconclusive: #bda4f0; --unsupported: #aab3bc;
  --note: #8fbfe3; --mark-0: #6db3e8; --mark-1: #f0a06c; --mark-2: #7fcf86; --mark-3: #cf9be8; --mark-4: #dcc05a; --mark-5: #5fc4cf; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main, header, footer { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 1.2rem 0 .4rem; } h2 { font-size: 1.25rem; margin: 2.2rem 0 .4rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
a { color: var(--note); } a:focus-visible, summary:focus-visible, .scroll:focus-visible, .plot:focus-visible { outline: 3px solid var(--note); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .3rem .6rem; }
.facts, .quiet { color: var(--faint); } .banner { border-left: .5rem solid var(--line); padding: .4rem 1rem; background: var(--soft); }
.banner.pass { border-color: var(--pass); } .banner.degraded { border-color: var(--degraded); } .banner.fail { border-color: var(--fail); }
.banner.inconclusive { border-color: var(--inconclusive); }
.verdict { font-weight: 600; white-space: nowrap; } .verdict.pass { color: var(--pass); } .verdict.degraded { color: var(--degraded); }
.verdict.fail { color: var(--fail); } .verdict.inconclusive { color: var(--inconclusive); } .verdict.unsupported { color: var(--unsupported); }
.verdict.note { color: var(--note); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; margin: .4rem 0 1rem; font-variant-numeric: tabular-nums; }
th, td { border: 1px solid var(--line); padding: .25rem .6rem; text-align: left; vertical-align: top; } thead th { background: var(--soft); }
td.n { text-align: right; } caption { text-align: left; color: var(--faint); padding: .2rem 0; }
.heat a { text-decoration: none; color: inherit; display: block; } .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; }
figure { margin: 0; } figcaption { color: var(--faint); font-size: .9rem; } .plot { width: 100%; height: auto; touch-action: pan-y; font: 11px system-ui, sans-serif; fill: currentColor; }
.band { fill: var(--fail); } .limit { stroke: var(--faint); } code { overflow-wrap: anywhere; } li { overflow-wrap: anywhere; }
details { margin: .4rem 0; } summary { cursor: pointer; }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --faint: #333; --line: #999; --soft: #fff; } .skip, nav { display: none; }
  h2, h3 { break-after: avoid; } figure, tr { break-inside: avoid; } details::details-content { content-visibility: visible; block-size: auto; } }
`;
