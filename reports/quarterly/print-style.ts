/** What a report for paper has over a page: its format, page numbers, and no colour that a system may turn dark. */
export const printStyle = `
:root { color-scheme: light !important; --paper: #fff !important; --ink: #000 !important; --faint: #333 !important; --line: #999 !important;
  --soft: #f3f3f3 !important; --pass: #17693a !important; --degraded: #7a5200 !important; --fail: #a61b1b !important;
  --inconclusive: #5b3c99 !important; --unsupported: #545c66 !important; --note: #25567d !important; }
@page { size: A4; margin: 16mm 12mm 18mm; @bottom-center { content: counter(page) ' / ' counter(pages); font: 9pt system-ui, sans-serif; } }
body { font-size: 10pt; } main, header { max-width: none; }
table { font-size: 8pt; width: 100%; } th, td { padding: .12rem .3rem; overflow-wrap: anywhere; }
.scroll { overflow: visible; } thead { display: table-header-group; } tr, figure { break-inside: avoid; } caption, h2, h3 { break-after: avoid; }
section { break-before: page; } section:first-of-type { break-before: auto; } pre { white-space: pre-wrap; }
@media print { a { color: inherit; text-decoration: none; } nav { display: block; } }
`;
