import { linkFault } from './link-fault.ts';

const answerBytes = 4000;

export const slicer = linkFault({
  name: 'slicer',
  meaning: 'What is sent arrives in small pieces, with a pause between them.',
  toxic: 'slicer',
  options: {
    size: { type: 'size', min: 1, max: 1000, default: 100, meaning: 'bytes of a piece, on average' },
    pause: { type: 'duration', min: 0.1, max: 1000, default: 1, meaning: 'between two pieces' },
  },
  attributes: ({ size, pause }) => ({
    average_size: size as number,
    size_variation: Math.floor((size as number) / 2),
    delay: Math.round((pause as number) * 1000),
  }),
  answerBytes: () => answerBytes,
  shows: (over, direct, { size }) =>
    over.pieces > direct.pieces && over.pieces >= answerBytes / (size as number) / 10,
});
