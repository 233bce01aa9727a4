/**
 * What the page does by itself: a plot can be magnified, with the keys + - 0 and the arrows or by the wheel with Ctrl held.
 * Without it everything is there all the same.
 */
export const zoom = `
for (const plot of document.querySelectorAll('svg.plot')) {
  const [, , width, height] = plot.getAttribute('viewBox').split(' ').map(Number);
  let scale = 1, left = 0, top = 0;
  const show = () => {
    left = Math.min(Math.max(0, left), width - width / scale);
    top = Math.min(Math.max(0, top), height - height / scale);
    plot.setAttribute('viewBox', [left, top, width / scale, height / scale].join(' '));
  };
  const magnify = (factor, across, down) => {
    const next = Math.min(16, Math.max(1, scale * factor));
    left += across * width * (1 / scale - 1 / next);
    top += down * height * (1 / scale - 1 / next);
    scale = next;
    show();
  };
  plot.setAttribute('tabindex', '0');
  plot.addEventListener('keydown', (event) => {
    const step = width / scale / 8;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key === '+' || event.key === '=') magnify(1.5, 0.5, 0.5);
    else if (event.key === '-') magnify(1 / 1.5, 0.5, 0.5);
    else if (event.key === '0') magnify(0, 0, 0);
    else if (scale > 1 && moves[event.key]) { left += moves[event.key][0]; top += moves[event.key][1]; show(); }
    else return;
    event.preventDefault();
  });
  plot.addEventListener('wheel', (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const box = plot.getBoundingClientRect();
    magnify(event.deltaY < 0 ? 1.25 : 0.8, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }, { passive: false });
}
`;
